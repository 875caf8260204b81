import { expect, test } from 'vitest';
import { CallError } from '../../../src/client/call/call-error.ts';
import { OwnSourceControl } from '../../../src/client/call/own-source.ts';
import type { Source } from '../../../src/shared/identity/source.ts';
import { settle } from './fake-clock.ts';
import { FakeSession, FakeTrack } from './fake-source.ts';

const noDevice = () => Promise.reject(new CallError('device-missing'));

async function on(source: Source) {
  const control = new OwnSourceControl(source, noDevice);
  const session = new FakeSession();
  await control.attach(session);
  const track = new FakeTrack();
  await control.turnOn({ track: track.asTrack });
  return { control, session, track };
}

test('a microphone that is turned off goes on sending silence', async () => {
  const { control, session, track } = await on('microphone');
  await control.turnOff();
  expect(control.state.get()).toBe('muted');
  expect([track.enabled, track.readyState]).toEqual([false, 'live']);
  expect(session.heard).toEqual(['capture microphone on', 'unmute', 'send microphone', 'mute']);
  await control.turnOn();
  expect(control.state.get()).toBe('on');
  expect(track.enabled).toBe(true);
  expect(session.heard.at(-1)).toBe('unmute');
});

test('a camera that is turned off frees its device and closes its stream', async () => {
  const { control, session, track } = await on('camera');
  await control.turnOff();
  expect(control.state.get()).toBe('off');
  expect(control.track.get()).toBeUndefined();
  expect(track.readyState).toBe('ended');
  expect(session.heard).toEqual(['capture camera on', 'send camera in vp8', 'capture camera off', 'close']);
});

test('a new session gets what was on, muted microphones muted', async () => {
  const { control } = await on('microphone');
  await control.turnOff();
  await control.attach(undefined);
  const next = new FakeSession();
  await control.attach(next);
  expect(next.heard).toEqual(['capture microphone on', 'mute', 'send microphone']);
  expect(control.state.get()).toBe('muted');
});

test('what is turned on while there is no session is sent in the next', async () => {
  const control = new OwnSourceControl('camera', noDevice);
  await control.turnOn({ track: new FakeTrack().asTrack });
  expect(control.state.get()).toBe('on');
  const session = new FakeSession();
  await control.attach(session);
  expect(session.heard).toEqual(['capture camera on', 'send camera in vp8']);
});

test('another track replaces the first in the same stream', async () => {
  const { control, session, track } = await on('camera');
  await control.turnOn({ track: new FakeTrack().asTrack });
  expect(track.readyState).toBe('ended');
  expect(session.heard.slice(2)).toEqual(['replace track']);
});

test('a source that cannot be sent is off, and says why', async () => {
  const control = new OwnSourceControl('camera', noDevice);
  const session = new FakeSession();
  session.refusal = new CallError('browser-cannot-encrypt');
  await control.attach(session);
  const track = new FakeTrack();
  await expect(control.turnOn({ track: track.asTrack })).rejects.toBe(session.refusal);
  expect(control.state.get()).toBe('off');
  expect(track.readyState).toBe('ended');
});

test('a session that ends while the source starts takes nothing with it; the next one sends it, once', async () => {
  const control = new OwnSourceControl('camera', noDevice);
  const session = new FakeSession();
  const sending = Promise.withResolvers<never>();
  session.send = () => sending.promise;
  await control.attach(session);
  const on = control.turnOn({ track: new FakeTrack().asTrack });
  await settle();
  const next = new FakeSession();
  const attached = [control.attach(undefined), control.attach(next)];
  sending.reject(new CallError('router-unreachable'));
  await Promise.all([on, ...attached]);
  expect(control.state.get()).toBe('on');
  expect(next.heard).toEqual(['capture camera on', 'send camera in vp8']);
});

test('another codec is another stream of the same track, which does not stop in between', async () => {
  const { control, session, track } = await on('camera');
  session.videoCodec.set('vp9');
  await settle();
  expect(session.heard.slice(2)).toEqual(['close', 'capture camera on', 'send camera in vp9']);
  expect([control.state.get(), control.track.get(), track.readyState]).toEqual(['on', track, 'live']);
  await control.turnOff();
  session.videoCodec.set('vp8');
  await settle();
  expect(session.heard.slice(5)).toEqual(['capture camera off', 'close']);
});

test('a codec that changes while the source starts is taken up right after', async () => {
  const control = new OwnSourceControl('camera', noDevice);
  const session = new FakeSession();
  await control.attach(session);
  const turnedOn = control.turnOn({ track: new FakeTrack().asTrack });
  await Promise.resolve(); // it has asked for the codec
  session.videoCodec.set('vp9');
  await turnedOn;
  await settle();
  expect(session.heard.at(-1)).toBe('send camera in vp9');
  expect(session.heard.filter((line) => line.startsWith('send'))).toHaveLength(session.heard.includes('close') ? 2 : 1);
});

test('a microphone does not care, nor does a source of an earlier session', async () => {
  const { session } = await on('microphone');
  const camera = await on('camera');
  const next = new FakeSession();
  await camera.control.attach(next);
  session.videoCodec.set('vp9');
  camera.session.videoCodec.set('vp9');
  await settle();
  expect(session.heard).toHaveLength(3);
  expect(next.heard).toEqual(['capture camera on', 'send camera in vp8']);
});

test('a device that is unplugged turns its source off', async () => {
  const { control, track } = await on('camera');
  const { promise, resolve } = Promise.withResolvers<undefined>();
  control.state.subscribe((state) => {
    if (state === 'off') resolve(undefined);
  });
  track.unplug();
  await promise;
  expect(control.track.get()).toBeUndefined();
});

test('after the end the device is free, and nothing can be turned on', async () => {
  const { control, track } = await on('microphone');
  control.end();
  expect(track.readyState).toBe('ended');
  expect(control.state.get()).toBe('off');
  const late = new FakeTrack();
  await expect(control.turnOn({ track: late.asTrack })).rejects.toMatchObject({ code: 'ended' });
});
