import { describe, expect, test } from 'vitest';
import { Forgetter } from '../../../src/server/forgetting/forgetter.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** When it scrubs, in ms since the start. */
function bench(scrub: () => Promise<number> = () => Promise.resolve(40)): {
  forgetter: Forgetter;
  scrubs: number[];
  pauses: (number | undefined)[];
  pass: (ms: number) => Promise<void>;
} {
  const clock = new FakeClock();
  const startMs = clock.nowMs();
  const scrubs: number[] = [];
  const pauses: (number | undefined)[] = [];
  const forgetter = new Forgetter({
    clock,
    scrub: () => {
      scrubs.push(clock.nowMs() - startMs);
      return scrub();
    },
    scrubbed: (pauseMs) => pauses.push(pauseMs),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await Promise.resolve().then(() => Promise.resolve());
    }
  };
  return { forgetter, scrubs, pauses, pass };
}

describe('the forgetter', () => {
  test('does nothing while nothing ends', async () => {
    const { scrubs, pass } = bench();
    await pass(60_000);
    expect(scrubs).toEqual([]);
  });

  test('scrubs 1 s and 2.5 s after an end, and then no more', async () => {
    const { forgetter, scrubs, pauses, pass } = bench();
    forgetter.ended();
    await pass(60_000);
    expect(scrubs).toEqual([1_000, 2_500]);
    expect(pauses).toEqual([40, 40]);
  });

  test('scrubs at most every 1.5 s however much ends, and within 4 s of every end once it is 2.5 s old', async () => {
    const { forgetter, scrubs, pass } = bench();
    const ends: number[] = [];
    for (let atMs = 0; atMs < 30_000; atMs += 300) {
      forgetter.ended();
      ends.push(atMs);
      await pass(300);
    }
    await pass(10_000);
    for (const [index, atMs] of scrubs.slice(1).entries())
      expect(atMs - (scrubs[index] ?? 0)).toBeGreaterThanOrEqual(1_500);
    for (const end of ends) expect(scrubs.some((atMs) => atMs >= end + 2_500 && atMs <= end + 4_000)).toBe(true);
    expect(scrubs.length).toBeLessThanOrEqual(23);
  });

  test('a scrub that fails is told, and the next one comes all the same', async () => {
    let failures = 0;
    const { forgetter, scrubs, pauses, pass } = bench(() => {
      failures += 1;
      return failures === 1 ? Promise.reject(new Error('no sockets left')) : Promise.resolve(40);
    });
    forgetter.ended();
    await pass(60_000);
    expect(scrubs).toEqual([1_000, 2_500]);
    expect(pauses).toEqual([undefined, 40]);
  });

  test('once disposed it scrubs no more', async () => {
    const { forgetter, scrubs, pass } = bench();
    forgetter.ended();
    forgetter[Symbol.dispose]();
    forgetter.ended();
    await pass(10_000);
    expect(scrubs).toEqual([]);
  });
});
