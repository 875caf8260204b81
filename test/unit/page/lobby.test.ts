import { expect, test } from 'vitest';
import { createInvitation } from '../../../src/client/index.ts';
import { troubleOf, type Capture, type Captured, type Wanted } from '../../../src/page/model/devices.ts';
import { Lobby } from '../../../src/page/model/lobby.ts';
import { LookInside } from '../../../src/page/model/look-inside.ts';
import type { DeviceKind } from '../../../src/page/words/device-problems.ts';
import { FakeTrack } from '../../support/page-doubles.ts';

const invitation = createInvitation({ routerUrl: 'https://calls.example', routerKey: 'A'.repeat(43) });

/** A lobby whose browser answers when the test says so. */
function lobbyWithDevices() {
  const asked: Wanted[] = [];
  const answers: ((captured: Partial<Record<DeviceKind, Captured>>) => void)[] = [];
  const capture: Capture = (wanted) => {
    asked.push(wanted);
    return new Promise((resolve) => answers.push(resolve));
  };
  const lobby = new Lobby(invitation, capture, new LookInside(() => new Promise(() => undefined)));
  return { lobby, asked, answer: (captured: Partial<Record<DeviceKind, Captured>>) => answers.shift()?.(captured) };
}

test('nothing is asked for before somebody presses something', () => {
  const { lobby, asked } = lobbyWithDevices();
  expect(lobby.untouched.value).toBe(true);
  expect(asked).toEqual([]);
});

test('both devices are asked for in one question', async () => {
  const { lobby, asked, answer } = lobbyWithDevices();
  const turnedOn = lobby.turnOnBoth();
  expect(asked.map((wanted) => Object.keys(wanted))).toEqual([['microphone', 'camera']]);
  answer({
    microphone: { ok: true, track: new FakeTrack('audio').asTrack },
    camera: { ok: false, trouble: 'busy' },
  });
  await turnedOn;
  expect(lobby.microphone.value.state).toBe('on');
  expect(lobby.camera.value).toEqual({ state: 'trouble', trouble: 'busy' });
});

test('a device turned off while the browser still asked is not taken', async () => {
  const { lobby, answer } = lobbyWithDevices();
  const track = new FakeTrack('video');
  const turnedOn = lobby.turnOn('camera');
  lobby.turnOff('camera');
  answer({ camera: { ok: true, track: track.asTrack } });
  await turnedOn;
  expect(track.stopped).toBe(true);
  expect(lobby.camera.value.state).toBe('off');
});

test('a device that arrives after leaving the lobby is freed', async () => {
  const { lobby, answer } = lobbyWithDevices();
  const track = new FakeTrack('audio');
  const turnedOn = lobby.turnOn('microphone');
  lobby.close();
  answer({ microphone: { ok: true, track: track.asTrack } });
  await turnedOn;
  expect(track.stopped).toBe(true);
});

test('a device that is pulled out is told', async () => {
  const { lobby, answer } = lobbyWithDevices();
  const track = new FakeTrack('video');
  const turnedOn = lobby.turnOn('camera');
  answer({ camera: { ok: true, track: track.asTrack } });
  await turnedOn;
  track.dispatchEvent(new Event('ended'));
  expect(lobby.camera.value).toEqual({ state: 'trouble', trouble: 'missing' });
});

test('choosing another device stops the one before', async () => {
  const { lobby, asked, answer } = lobbyWithDevices();
  const first = new FakeTrack('audio');
  const turnedOn = lobby.turnOn('microphone');
  answer({ microphone: { ok: true, track: first.asTrack } });
  await turnedOn;
  void lobby.turnOn('microphone', 'other');
  expect(first.stopped).toBe(true);
  expect(asked[1]).toEqual({ microphone: { deviceId: 'other' } });
});

test.each([
  ['NotAllowedError', 'Permission denied', false, 'denied'],
  ['NotAllowedError', 'Permission denied by system', false, 'denied-by-system'],
  ['NotAllowedError', 'Permission denied', true, 'frame'],
  ['NotFoundError', 'Requested device not found', false, 'missing'],
  ['NotReadableError', 'Could not start video source', false, 'busy'],
])('%s (%s, framed: %s) means %s', (name, message, framed, expected) => {
  expect(troubleOf(new DOMException(message, name), framed)).toBe(expected);
});
