import { expect, test } from 'vitest';
import { VideoChoice } from '../../../src/client/call/video-choice.ts';
import type { Person, VideoCodec } from '../../../src/client/encryption/messages.ts';
import { FakeClock } from './fake-clock.ts';

const person = (decodes: readonly VideoCodec[], standing: Person['standing'] = 'authenticated'): Person => ({
  participant: 'somebody',
  standing,
  name: 'Ada',
  nameTaken: false,
  keyHeld: true,
  capturing: [],
  decodes,
  muted: false,
  missed: 0,
});
const old = person(['vp8']);
const usual = person(['vp8', 'vp9']);
const newest = person(['vp8', 'vp9', 'av1']);

function choice(sends: readonly VideoCodec[] = ['vp9', 'vp8']) {
  const clock = new FakeClock();
  const made = new VideoChoice(sends, clock);
  const heard: VideoCodec[] = [];
  made.codec.subscribe((codec) => heard.push(codec));
  return { choice: made, clock, heard };
}

test('with nobody there it is the best that may be sent', () => {
  expect(choice().heard).toEqual(['vp9']);
  expect(choice(['av1', 'vp9', 'vp8']).heard).toEqual(['av1']);
  expect(choice(['vp8']).heard).toEqual(['vp8']);
});

test('it goes down at once when somebody comes who cannot show it, and only as far as needed', () => {
  const { choice: own, heard } = choice(['av1', 'vp9', 'vp8']);
  own.update([newest, usual]);
  own.update([newest, usual, old]);
  expect(heard).toEqual(['av1', 'vp9', 'vp8']);
});

test('it goes up when everybody has been able to for 3 s', async () => {
  const { choice: own, clock, heard } = choice();
  own.update([old, usual]);
  own.update([usual]);
  await clock.pass(2_900);
  expect(heard).toEqual(['vp9', 'vp8']);
  own.update([usual, newest]); // another newcomer who can changes nothing
  await clock.pass(100);
  expect(heard).toEqual(['vp9', 'vp8', 'vp9']);
});

test('somebody who cannot, however short the stay, begins the 3 s anew', async () => {
  const { choice: own, clock, heard } = choice();
  own.update([old]);
  own.update([]);
  await clock.pass(2_000);
  own.update([old]);
  own.update([]);
  await clock.pass(2_000);
  expect(heard).toEqual(['vp9', 'vp8']);
  await clock.pass(1_000);
  expect(heard.at(-1)).toBe('vp9');
});

test('who is not authenticated does not count, nor who has not said yet what it can show', () => {
  const { choice: own, heard } = choice();
  own.update([person([], 'arriving'), person(['vp8'], 'refused'), person([])]);
  expect(heard).toEqual(['vp9']);
});

test('a better one that somebody can show is not used when it may not be sent', async () => {
  const { choice: own, clock, heard } = choice();
  own.update([newest]);
  await clock.pass(10_000);
  expect(heard).toEqual(['vp9']);
});

test('after the end nothing changes any more', async () => {
  const { choice: own, clock, heard } = choice();
  own.update([old]);
  own.update([]);
  own.close();
  await clock.pass(10_000);
  expect(heard).toEqual(['vp9', 'vp8']);
});
