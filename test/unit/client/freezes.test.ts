import { expect, test } from 'vitest';
import { lookAside, lookForFreeze, noFreezes } from '../../../src/client/call/freezes.ts';
import { soundOf } from '../../../src/client/call/received-sound.ts';

/** What is known after looks every 250 ms at which so many frames had been decoded. */
function after(...frames: number[]) {
  const { count, seconds } = frames.reduce(
    (before, decoded, index) => lookForFreeze(before, decoded, 1_000 + index * 250),
    noFreezes,
  );
  return { count, seconds };
}

test('a video that goes on is not frozen, nor one that has not begun', () => {
  expect(after(5, 10, 10, 11, 15)).toEqual({ count: 0, seconds: 0 });
  expect(after(0, 0, 0, 0, 0)).toEqual({ count: 0, seconds: 0 });
});

test('a video without a new frame for half a second is frozen, from its last one on, also while it lasts', () => {
  expect(after(5, 5, 5)).toEqual({ count: 1, seconds: 0.5 });
  expect(after(5, 5, 5, 5, 5)).toEqual({ count: 1, seconds: 1 });
  expect(after(5, 5, 5, 6, 6, 7, 7, 7, 7)).toEqual({ count: 2, seconds: 1.25 });
});

test('what passes while nothing is to come is no freeze, and a freeze is counted from its end on', () => {
  const moving = lookForFreeze(noFreezes, 5, 1_000);
  const paused = [1_250, 1_500, 1_750, 2_000].reduce((before, atMs) => lookAside(before, 5, atMs), moving);
  expect(paused).toMatchObject({ count: 0, seconds: 0, excused: true });
  expect(lookForFreeze(paused, 6, 2_250)).toMatchObject({ count: 0, excused: true });
  expect(lookForFreeze(paused, 5, 2_750)).toMatchObject({ count: 1, seconds: 0.75 });
});

const audio = (stats: Partial<RTCInboundRtpStreamStats>) => stats as RTCInboundRtpStreamStats;

test('made-up sound is told as a share, without the silence that nobody hears', () => {
  const stats = {
    totalSamplesReceived: 48_000,
    totalSamplesDuration: 1,
    concealedSamples: 12_000,
    silentConcealedSamples: 2_400,
  };
  expect(soundOf(audio(stats))).toEqual({ concealedShare: 0.2, heardSeconds: 0.75 });
});

test('no sound yet is no sound', () => {
  expect(soundOf(undefined)).toEqual({ concealedShare: 0, heardSeconds: 0 });
  expect(soundOf(audio({ totalSamplesReceived: 0 }))).toEqual({ concealedShare: 0, heardSeconds: 0 });
});
