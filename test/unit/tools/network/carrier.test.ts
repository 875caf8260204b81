import { describe, expect, test } from 'vitest';
import { Carrier } from '../../../../src/tools/call/network/carrier.ts';
import { Timetable, type Change, type Line, type Profile } from '../../../../src/tools/call/network/profile.ts';
import { profiles } from '../../../../src/tools/call/network/profiles.ts';
import { SeededRandom } from '../../../../src/tools/call/network/random.ts';

/** Between two packets, in ms: 500 a second. */
const everyMs = 2;

function carrier(line: Partial<Line>, changes: readonly Change[] = [], seed = 'a seed'): Carrier {
  const plain: Line = { ...profiles.good.up, delayMs: 0, jitterMs: 0, ...line };
  const profile: Profile = { about: '', up: plain, down: plain, changes, freezeShare: 0 };
  return new Carrier(new Timetable(profile, 'up', 0), new SeededRandom(seed));
}

/** How long each of `count` packets of `bytes` was on its way, in ms; as often as it arrived. */
function delays(carrying: Carrier, count: number, bytes = 1_000): number[][] {
  return Array.from({ length: count }, (_, index) =>
    carrying.carry(bytes, index * everyMs).map((arrivalMs) => arrivalMs - index * everyMs),
  );
}

const share = (all: readonly unknown[][]): number => all.filter(({ length }) => length === 0).length / all.length;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('the same seed decides the same, another one otherwise', () => {
  const line = { loss: 0.1, jitterMs: 5, reordering: 0.1, duplication: 0.1 };
  expect(delays(carrier(line), 500)).toEqual(delays(carrier(line), 500));
  expect(delays(carrier(line), 500)).not.toEqual(delays(carrier(line, [], 'another'), 500));
});

test('a line without trouble takes its time and nothing else', () => {
  expect(delays(carrier({ delayMs: 20 }), 100).flat()).toEqual(Array.from({ length: 100 }, () => 20));
});

test('losses come as often as dialled, each for itself', () => {
  const all = delays(carrier({ loss: 0.05 }), 20_000);
  expect(share(all)).toBeGreaterThan(0.04);
  expect(share(all)).toBeLessThan(0.06);
  const pairs = all.filter(({ length }, index) => length === 0 && all[index + 1]?.length === 0).length;
  expect(pairs / all.length).toBeLessThan(0.006);
});

test('bursts lose packets together', () => {
  const all = delays(carrier({ bursts: { toBad: 0.01, toGood: 0.1, loss: 1 } }), 20_000);
  expect(share(all)).toBeGreaterThan(0.06);
  expect(share(all)).toBeLessThan(0.13);
  const runs = all.filter(({ length }, index) => length === 0 && all[index - 1]?.length !== 0).length;
  expect((share(all) * all.length) / runs).toBeGreaterThan(6);
});

describe('jitter', () => {
  test('adds its mean, and keeps the order', () => {
    const all = delays(carrier({ delayMs: 10, jitterMs: 8 }), 20_000).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(10);
    expect(mean(all)).toBeGreaterThan(15);
    expect(mean(all)).toBeLessThan(23);
    const arrivals = all.map((delay, index) => index * everyMs + delay);
    expect(arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0))).toBe(true);
  });

  test('lets some be overtaken where it is dialled', () => {
    const arrivals = delays(carrier({ reordering: 0.05 }), 5_000).map(([delay = 0], index) => index * everyMs + delay);
    const overtaken = arrivals.filter((at, index) => at > (arrivals[index + 1] ?? Infinity)).length;
    expect(overtaken).toBeGreaterThan(100);
    expect(overtaken).toBeLessThan(300);
  });
});

test('duplicates come twice', () => {
  const twice = delays(carrier({ duplication: 0.1 }), 5_000).filter(({ length }) => length === 2).length;
  expect(twice).toBeGreaterThan(400);
  expect(twice).toBeLessThan(600);
});

describe('a bottleneck', () => {
  test('lets through what it can, and drops what finds the queue full', () => {
    // 1,000 bytes each 2 ms are 4 Mbit/s: four times too many.
    const narrow = carrier({ bottleneck: { bitsPerSecond: 1_000_000, queueMs: 100, queueBytes: Infinity } });
    const all = delays(narrow, 1_000);
    expect(all.flat().length).toBeGreaterThan(245);
    expect(all.flat().length).toBeLessThan(270);
    expect(Math.max(...all.flat())).toBeLessThan(110);
    expect(mean(all.flat().slice(-50))).toBeGreaterThan(95);
    expect(narrow.counts).toMatchObject({ packets: 1_000, overflowed: 1_000 - all.flat().length, lost: 0 });
  });

  test('also by the bytes of its queue', () => {
    const narrow = carrier({ bottleneck: { bitsPerSecond: 1_000_000, queueMs: Infinity, queueBytes: 5_000 } });
    expect(Math.max(...delays(narrow, 1_000).flat())).toBeLessThanOrEqual(50);
  });

  test('costs what fits through it only the time of its own bits', () => {
    const wide = carrier({ bottleneck: { bitsPerSecond: 8_000_000, queueMs: 100, queueBytes: 65_536 } });
    expect(delays(wide, 100).flat()).toEqual(Array.from({ length: 100 }, () => 1));
  });
});

describe('changes over time', () => {
  const cut: Change = { fromMs: 100, forMs: 50, up: { cut: true } };

  test('a cut lets nothing pass, and everything before and after', () => {
    const gone = delays(carrier({}, [cut]), 200).flatMap(({ length }, index) =>
      length === 0 ? [index * everyMs] : [],
    );
    expect(gone).toEqual(Array.from({ length: 25 }, (_, index) => 100 + index * everyMs));
  });

  test('come again as often as they are said to', () => {
    expect(share(delays(carrier({}, [{ ...cut, everyMs: 100 }]), 1_000))).toBeCloseTo(0.475, 2);
  });

  test('do not concern the other direction', () => {
    expect(share(delays(carrier({}, [{ fromMs: 0, forMs: 1_000, down: { cut: true } }]), 100))).toBe(0);
  });

  test('of several at once the last counts', () => {
    const slow: Change = { fromMs: 0, forMs: 1_000, up: { delayMs: 7 } };
    const slower: Change = { fromMs: 0, forMs: 1_000, up: { delayMs: 9 } };
    expect(delays(carrier({}, [slow, slower]), 1)).toEqual([[9]]);
  });
});

describe('a TCP stream', () => {
  test('loses nothing: what is lost comes later, and what follows waits for it', () => {
    const lossy = carrier({ delayMs: 20, loss: 0.3 });
    let lastMs = 0;
    const arrivals = Array.from({ length: 100 }, (_, index) => (lastMs = lossy.carryStream(100, index * 10, lastMs)));
    expect(arrivals.every((at, index) => at >= index * 10 + 20 && at >= (arrivals[index - 1] ?? 0))).toBe(true);
    expect(arrivals.filter((at, index) => at >= index * 10 + 220).length).toBeGreaterThan(10);
  });

  test('waits for the end of a cut', () => {
    const line = carrier({ delayMs: 20 }, [{ fromMs: 100, forMs: 5_000, up: { cut: true } }]);
    expect(line.carryStream(100, 90, 0)).toBe(110);
    expect(line.carryStream(100, 150, 110)).toBe(5_120);
  });
});
