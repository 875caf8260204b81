import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallError, createInvitation } from '../../../src/client/index.ts';
import { CallModel } from '../../../src/page/model/call-model.ts';
import { shortcutFor, type Keystroke } from '../../../src/page/model/shortcuts.ts';
import { FakeCall } from '../../support/page-doubles.ts';
import { sampleInventory } from '../../support/page-inventory.ts';
import { person, video } from '../../support/page-people.ts';

const invitation = createInvitation({ routerUrl: 'https://calls.example', routerKey: 'A'.repeat(43) });
const [ana, ben] = [person('p1', 'Ana'), person('p2', 'Ben')];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function joined() {
  const call = new FakeCall();
  const ends: CallModel[] = [];
  const model = new CallModel(call, { invitation, name: 'Lea' }, (ended) => ends.push(ended));
  return { call, model, ends };
}

test('muting and unmuting is one press, and told', async () => {
  const { call, model } = joined();
  await model.toggleMicrophone();
  expect(call.microphone.state.get()).toBe('on');
  await model.toggleMicrophone();
  expect(model.microphone.value).toBe('muted');
  expect(model.announcement.value).toBe('You are muted.');
});

test('a refused device gets its advice, which goes when it works', async () => {
  const { call, model } = joined();
  call.camera.failure = new CallError('device-denied');
  await model.toggleCamera();
  expect(model.advice.value?.title).toBe('Your browser blocks the camera for this page.');
  call.camera.failure = undefined;
  await model.toggleCamera();
  expect(model.advice.value).toBeUndefined();
  expect(model.camera.value).toBe('on');
});

test('sharing is one press, told in words, and so is its end in the browser', async () => {
  const { call, model } = joined();
  await model.toggleScreen();
  expect([model.screen.value, model.announcement.value]).toEqual(['on', 'You are sharing your screen.']);
  call.screen.state.set('off');
  expect(model.announcement.value).toBe('You stopped sharing your screen.');
});

test('thinking better of sharing is no trouble; a screen that cannot be had is', async () => {
  const { call, model } = joined();
  call.screen.failure = new CallError('device-denied');
  await model.toggleScreen();
  expect(model.advice.value).toBeUndefined();
  call.screen.failure = new CallError('device-busy');
  await model.toggleScreen();
  expect(model.advice.value?.title).toBe('Your screen could not be shared.');
});

test('comings, goings and shares within a moment are announced together', () => {
  const { call, model } = joined();
  call.participants.set([ana]);
  call.participants.set([{ ...ana, screen: video('on') }]);
  vi.advanceTimersByTime(1_000);
  expect(model.announcement.value).toBe('Ana joined. Ana is sharing a screen.');
});

test('comings and goings within a moment are announced together', () => {
  const { call, model } = joined();
  call.participants.set([ana]);
  call.participants.set([ana, ben]);
  expect(model.announcement.value).toBe('');
  vi.advanceTimersByTime(1_000);
  expect(model.announcement.value).toBe('Ana and Ben joined.');
});

test('who was compared stays compared, who comes later is not', () => {
  const { call, model } = joined();
  call.participants.set([ana]);
  call.agree({ state: 'agreed', code: '1'.repeat(30), people: 2 });
  model.markCompared();
  expect(model.compared.value).toEqual({ with: 1, of: 1 });
  call.participants.set([ana, ben]);
  call.agree({ state: 'agreed', code: '2'.repeat(30), people: 3 });
  expect(model.compared.value).toEqual({ with: 1, of: 2 });
});

test('there is nothing to compare before everybody agrees', () => {
  const { call, model } = joined();
  call.participants.set([ana]);
  call.agree({ state: 'disagreed' });
  model.markCompared();
  expect(model.compared.value).toEqual({ with: 0, of: 1 });
});

test('joining anew means new keys, which nobody has compared', () => {
  const { call, model } = joined();
  call.participants.set([ana]);
  call.agree({ state: 'agreed', code: '1'.repeat(30), people: 2 });
  model.markCompared();
  call.connection.set({ phase: 'connecting', media: 'none', reason: undefined });
  call.connection.set({ phase: 'connected', media: 'flowing', reason: undefined });
  expect(model.compared.value).toEqual({ with: 0, of: 1 });
});

test('the end is told once, and nothing is followed after it', () => {
  const { call, model, ends } = joined();
  call.end('left');
  call.participants.set([ana]);
  vi.advanceTimersByTime(5_000);
  expect(ends).toEqual([model]);
  expect(model.participants.value).toEqual([]);
  expect(model.announcement.value).toBe('');
});

const plain: Keystroke = { key: 'm', modifier: false, shift: false, repeated: false, target: 'page' };
test.each([
  ['M mutes', plain, true, 'microphone'],
  ['V turns the camera', { ...plain, key: 'V' }, true, 'camera'],
  ['a letter in a field is a letter', { ...plain, target: 'field' }, true, undefined],
  ['a letter works while a button has the focus', { ...plain, target: 'control' }, true, 'microphone'],
  ['Space talks', { ...plain, key: ' ' }, true, 'talk'],
  ['Space on a button presses it', { ...plain, key: ' ', target: 'control' }, true, undefined],
  ['a held key does it once', { ...plain, repeated: true }, true, undefined],
  ['letters alone can be switched off', plain, false, undefined],
  [
    'Ctrl+D works even then, and in a field',
    { ...plain, key: 'd', modifier: true, target: 'field' },
    false,
    'microphone',
  ],
  ['Ctrl+E turns the camera', { ...plain, key: 'e', modifier: true }, false, 'camera'],
  ['S shares', { ...plain, key: 's' }, true, 'screen'],
  ['G changes the view', { ...plain, key: 'g' }, true, 'view'],
  ['P lists the people', { ...plain, key: 'p' }, true, 'people'],
  ['F6 goes on to the next region, even without single keys', { ...plain, key: 'F6' }, false, 'region'],
  ['Shift+F6 goes back', { ...plain, key: 'F6', shift: true }, false, 'region-before'],
  ['Ctrl+S is left to the browser', { ...plain, key: 's', modifier: true }, true, undefined],
  ['Ctrl+M is left to the browser', { ...plain, modifier: true }, true, undefined],
  ['Escape closes', { ...plain, key: 'Escape', target: 'field' }, false, 'close'],
] as const)('%s', (_, stroke, singleKeys, expected) => {
  expect(shortcutFor(stroke, singleKeys)).toBe(expected);
});

test('what the router holds is asked for when somebody wants to know, and each time anew', async () => {
  const { call, model } = joined();
  const asked = model.askInventory();
  expect(model.known.value).toEqual({ state: 'asking' });
  await asked;
  expect(model.known.value).toEqual({ state: 'told', inventory: sampleInventory, at: new Date() });
  call.end('router-unreachable');
  await model.askInventory();
  expect(model.known.value).toEqual({ state: 'failed' });
});
