import { expect, test } from 'vitest';
import { Deliveries } from '../../../../src/tools/call/network/deliveries.ts';
import { SeededRandom } from '../../../../src/tools/call/network/random.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

test('everything is delivered at its time, in the order of the times, whatever the order it came in', () => {
  const clock = new FakeClock();
  using deliveries = new Deliveries(clock);
  const random = new SeededRandom('order');
  const startMs = clock.nowMs();
  const wanted = Array.from({ length: 500 }, () => Math.floor(random.next() * 1_000));
  const got: { at: number; wanted: number }[] = [];
  for (const ms of wanted) deliveries.add(startMs + ms, () => got.push({ at: clock.nowMs() - startMs, wanted: ms }));
  clock.advance(1_000);
  expect(got.map((each) => each.wanted)).toEqual(wanted.toSorted((a, b) => a - b));
  for (const each of got) expect(each.at).toBe(each.wanted);
  expect(clock.waiting).toBe(0);
});

test('of two that are due at once, the first that came goes first', () => {
  const clock = new FakeClock();
  using deliveries = new Deliveries(clock);
  const got: number[] = [];
  for (let index = 0; index < 50; index += 1) deliveries.add(clock.nowMs() + 5, () => got.push(index));
  clock.advance(5);
  expect(got).toEqual(got.toSorted((a, b) => a - b));
  expect(got).toHaveLength(50);
});

test('lateness is told', () => {
  const clock = new FakeClock();
  using deliveries = new Deliveries(clock);
  for (let index = 0; index < 100; index += 1) deliveries.add(clock.nowMs() + 10, () => undefined);
  clock.sleep(13);
  clock.advance(0);
  expect(deliveries.lateMs(0.95)).toBe(3);
});

test('nothing is delivered after the end', () => {
  const clock = new FakeClock();
  const deliveries = new Deliveries(clock);
  deliveries.add(clock.nowMs() + 5, () => {
    throw new Error('too late');
  });
  deliveries[Symbol.dispose]();
  clock.advance(10);
  expect(clock.waiting).toBe(0);
});
