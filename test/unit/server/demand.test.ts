import { expect, test } from 'vitest';
import { Demand } from '../../../src/server/calls/demand.ts';
import type { Layers } from '../../../src/server/media/types.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A source, whose owner is told into `told` as `spatial.temporal`, or `nobody`. */
class Bench implements Disposable {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  #wanted: Layers | null = null;
  readonly demand = new Demand(
    this.clock,
    () => this.#wanted,
    (layers) => this.told.push(layers === null ? 'nobody' : `${layers.spatial}.${layers.temporal}`),
  );

  want(spatial: number, temporal: number): void {
    this.#wanted = { spatial, temporal };
    this.demand.update();
  }

  wantNothing(): void {
    this.#wanted = null;
    this.demand.update();
  }

  [Symbol.dispose](): void {
    this.demand[Symbol.dispose]();
  }
}

test('a new source that nobody wants is told so after 5 s, and not a moment before', () => {
  using bench = new Bench();
  bench.clock.advance(4_999);
  expect(bench.told).toEqual([]);
  bench.clock.advance(1);
  expect(bench.told).toEqual(['nobody']);
  expect(bench.clock.waiting).toBe(0);
});

test('what those want who subscribe at once is told together, 1 s after the opening', () => {
  using bench = new Bench();
  bench.clock.advance(100);
  bench.want(0, 0);
  bench.clock.advance(100);
  bench.want(1, 2);
  bench.clock.advance(799);
  expect(bench.told).toEqual([]);
  bench.clock.advance(1);
  expect(bench.told).toEqual(['1.2']);
});

test('more is told at once, and again after 1 s at the earliest', () => {
  using bench = new Bench();
  bench.want(0, 2);
  bench.clock.advance(60_000);
  bench.want(1, 2);
  expect(bench.told).toEqual(['0.2', '1.2']);
  bench.want(2, 2);
  bench.clock.advance(999);
  expect(bench.told).toHaveLength(2);
  bench.clock.advance(1);
  expect(bench.told).toEqual(['0.2', '1.2', '2.2']);
});

test('less is told 5 s after the last at the earliest, and only what is still less by then', () => {
  using bench = new Bench();
  bench.want(2, 2);
  bench.clock.advance(1_000);
  bench.want(0, 2);
  bench.clock.advance(3_000);
  bench.want(2, 2);
  bench.clock.advance(10_000);
  expect(bench.told).toEqual(['2.2']);
  bench.want(0, 0);
  expect(bench.told).toEqual(['2.2', '0.0']); // the last was 10 s ago
  bench.wantNothing();
  bench.clock.advance(4_999);
  expect(bench.told).toHaveLength(2);
  bench.clock.advance(1);
  expect(bench.told).toEqual(['2.2', '0.0', 'nobody']);
});

test('what nobody wanted is told at once when somebody does', () => {
  using bench = new Bench();
  bench.clock.advance(60_000);
  bench.want(0, 0);
  expect(bench.told).toEqual(['nobody', '0.0']);
});

test('more of one and less of the other: the more at once, the less later', () => {
  using bench = new Bench();
  bench.want(2, 0);
  bench.clock.advance(10_000);
  bench.want(0, 2);
  expect(bench.told).toEqual(['2.0', '2.2']);
  bench.clock.advance(4_999);
  expect(bench.told).toHaveLength(2);
  bench.clock.advance(1);
  expect(bench.told).toEqual(['2.0', '2.2', '0.2']);
});

test('however often they change their minds, the sender is told once a second at most', () => {
  using bench = new Bench();
  for (let index = 0; index < 1_000; index += 1) {
    bench.want(index % 3, index % 2);
    bench.clock.advance(20);
  }
  expect(bench.told.length).toBeLessThanOrEqual(20);
  bench.want(0, 1);
  bench.clock.advance(10_000);
  expect(bench.told.at(-1)).toBe('0.1');
  expect(bench.clock.waiting).toBe(0);
});

test('who may have missed it is told again, at once', () => {
  using bench = new Bench();
  bench.want(1, 1);
  bench.clock.advance(1_500);
  bench.demand.again();
  expect(bench.told).toEqual(['1.1', '1.1']);
});

test('a source that is closed is told nothing more', () => {
  const bench = new Bench();
  bench.want(1, 1);
  bench[Symbol.dispose]();
  bench.want(2, 2);
  bench.clock.advance(10_000);
  expect(bench.told).toEqual([]);
  expect(bench.clock.waiting).toBe(0);
});
