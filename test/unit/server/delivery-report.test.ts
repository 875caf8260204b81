import { expect, test } from 'vitest';
import { DeliveryReport } from '../../../src/server/calls/delivery-report.ts';
import type { Delivery } from '../../../src/server/media/types.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/session-bench.ts';

const sent = (spatial: number): Delivery => ({ layers: { spatial, temporal: 2 }, why: 'sent' });
const tooWeak: Delivery = { layers: null, why: 'bandwidth' };

/** A subscription whose engine says what the test says. */
class Bench {
  readonly clock = new FakeClock();
  readonly told: Delivery[] = [];
  /** Answers that the engine gives only when asked to. */
  readonly slow: ((delivery: Delivery | undefined) => void)[] = [];
  isSlow = false;
  #now: Delivery | undefined;
  readonly report = new DeliveryReport(
    this.clock,
    {
      delivery: () => (this.isSlow ? new Promise((resolve) => this.slow.push(resolve)) : Promise.resolve(this.#now)),
    },
    (delivery) => this.told.push(delivery),
  );

  async change(now: Delivery | undefined): Promise<void> {
    this.#now = now;
    this.report.update();
    await settled();
  }

  async after(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }
}

test('a change is told at once, and nothing that is no change', async () => {
  const bench = new Bench();
  await bench.change(undefined);
  await bench.after(1_000);
  await bench.change(sent(0));
  expect(bench.told).toEqual([sent(0)]);
  await bench.after(1_000);
  await bench.change(sent(0));
  await bench.after(1_000);
  expect(bench.told).toEqual([sent(0)]);
  expect(bench.clock.waiting).toBe(0);
});

test('a layer that flaps costs two notices a second at most, and the last state is told', async () => {
  const bench = new Bench();
  for (let index = 0; index < 200; index += 1) {
    await bench.change(index % 2 === 0 ? sent(2) : tooWeak);
    await bench.after(50);
  }
  expect(bench.told.length).toBeLessThanOrEqual(21);
  expect(bench.told.length).toBeGreaterThan(1);
  await bench.change(sent(1));
  await bench.after(500);
  expect(bench.told.at(-1)).toEqual(sent(1));
});

test('what was so for a moment only is not told late', async () => {
  const bench = new Bench();
  await bench.change(sent(0));
  await bench.change(tooWeak);
  await bench.change(sent(0));
  await bench.after(1_000);
  expect(bench.told).toEqual([sent(0)]);
});

test('what happens while the engine is asked is asked for after, and told in order', async () => {
  const bench = new Bench();
  bench.isSlow = true;
  await bench.change(undefined);
  await bench.change(undefined);
  expect(bench.slow).toHaveLength(1);
  bench.slow[0]?.(tooWeak);
  await settled();
  await bench.after(500);
  bench.slow[1]?.(sent(2));
  await settled();
  expect(bench.told).toEqual([tooWeak, sent(2)]);
});

test('who may have missed it is told again', async () => {
  const bench = new Bench();
  await bench.change(sent(1));
  await bench.after(1_000);
  bench.report.again();
  await settled();
  expect(bench.told).toEqual([sent(1), sent(1)]);
});

test('a subscription that has ended is told nothing more', async () => {
  const bench = new Bench();
  await bench.change(sent(1));
  await bench.change(tooWeak);
  bench.report[Symbol.dispose]();
  await bench.after(1_000);
  await bench.change(sent(2));
  expect(bench.told).toEqual([sent(1)]);
  expect(bench.clock.waiting).toBe(0);
});
