import { expect, test } from 'vitest';
import { Recovery } from '../../../src/server/media/recovery.ts';

/** Takes one estimate a second, in kbit/s, with all videos taking `desired`. Answers at which seconds it lifted. */
function liftsOf(desired: number, available: readonly number[]): number[] {
  const recovery = new Recovery();
  return available.flatMap((bitrate, second) =>
    recovery.take({ availableBitrate: bitrate * 1_000, desiredBitrate: desired * 1_000 }, second * 1_000)
      ? [second]
      : [],
  );
}

test('a line that was cut is trusted again as soon as it carries what it did', () => {
  expect(liftsOf(9_000, [4_000, 4_000, 1_000, 1_500, 2_500, 3_500, 4_000])).toEqual([5]);
});

test('or as soon as it carries all that is wanted', () => {
  expect(liftsOf(1_000, [4_000, 500, 600, 900, 4_000])).toEqual([3]);
});

test('though not at the drop itself: that takes the pictures away first', () => {
  expect(liftsOf(1_000, [4_000, 900, 900])).toEqual([2]);
  expect(liftsOf(1_000, [4_000, 2_000, 1_100, 1_100])).toEqual([3]);
});

test('a drop that goes on further is measured from its beginning', () => {
  expect(liftsOf(9_000, [4_000, 2_000, 1_000, 1_800, 3_000, 3_400])).toEqual([5]);
});

test('a line that stays weak, or only wavers, is left to the engine', () => {
  expect(liftsOf(9_000, [4_000, 1_000, ...Array<number>(20).fill(1_100), 4_000])).toEqual([]);
  expect(liftsOf(9_000, [4_000, 3_100, 4_000, 3_100, 4_000])).toEqual([]);
});

test('one that is overrated again and again is given its size back early twice in 30 s only', () => {
  const flapping = Array.from({ length: 60 }, (_, second) => (second % 5 < 2 ? 1_000 : 500));
  expect(liftsOf(9_000, flapping)).toEqual([5, 10, 35, 40]);
});
