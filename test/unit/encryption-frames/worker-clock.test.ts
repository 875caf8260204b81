import { expect, test } from 'vitest';
import { clockFrom } from '../../../src/client/encryption/worker/clock.ts';

test('time that the device slept counts, and no change of the calendar takes any back', () => {
  let [running, calendar] = [500, 1_000_000];
  const clock = clockFrom(
    () => running,
    () => calendar,
  );
  expect(clock.nowMs()).toBe(500);
  [running, calendar] = [600, 1_000_100];
  expect(clock.nowMs()).toBe(600);
  [running, calendar] = [700, 1_060_200]; // slept for a minute
  expect(clock.nowMs()).toBe(60_700);
  [running, calendar] = [800, 900_000]; // put back
  expect(clock.nowMs()).toBe(60_800);
  [running, calendar] = [900, 900_100];
  expect(clock.nowMs()).toBe(60_900);
});
