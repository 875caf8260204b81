import { describe, expect, test } from 'vitest';
import { Overload, type Load, type LoadLimits } from '../../../src/server/overload/overload.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const limits: LoadLimits = { cpu: 0.8, packets: 100_000, memory: 2 ** 28, lateMs: 100 };
const idle: Load = { cpu: 0.1, packets: 1_000, memory: 2 ** 33, lateMs: 0 };

/** A router of 2 processors under `load` for as long as it takes to count. */
function under(load: Partial<Load>, participants = 0, of: LoadLimits = limits) {
  const clock = new FakeClock();
  const overload = new Overload(clock, of, 2);
  const look = (next: Partial<Load>, seconds = 1): void => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      overload.measured({ ...idle, ...next }, participants);
    }
  };
  look(load);
  return { clock, overload, look };
}

describe('room for one more', () => {
  test('is there before anything has been measured, and on an idle router', () => {
    const overload = new Overload(new FakeClock(), limits, 2);
    expect([overload.admitsCall(), overload.admitsParticipant(0)]).toEqual([true, true]);
    expect(under({}).overload.admitsCall()).toBe(true);
  });

  test.each<[string, Partial<Load>, Partial<Load>]>([
    ['processors', { cpu: 0.7 }, { cpu: 0.8 }],
    ['packets', { packets: 85_000 }, { packets: 100_000 }],
    ['memory', { memory: 2 ** 28 * 1.1 }, { memory: 2 ** 28 - 1 }],
    ['signalling', { lateMs: 85 }, { lateMs: 100 }],
  ])('ends with the %s: first for calls, then for participants of those that run', (_what, high, full) => {
    const { overload } = under(high);
    expect([overload.admitsCall(), overload.admitsParticipant(0)]).toEqual([false, true]);
    expect(under(full).overload.admitsParticipant(0)).toBe(false);
  });

  test('is none in a call whose own process is at its limit', () => {
    const { overload } = under({});
    expect([overload.admitsParticipant(0.79), overload.admitsParticipant(0.8)]).toEqual([true, false]);
  });

  test('is not taken away by one short peak, and is by one that stays', () => {
    const { overload, look } = under({});
    look({ cpu: 1 });
    expect(overload.admitsCall()).toBe(true);
    look({ cpu: 1 }, 10);
    expect(overload.admitsParticipant(0)).toBe(false);
    look({}, 10);
    expect(overload.admitsCall()).toBe(true);
  });

  test('is as large as what participants cost here, whose load does not show yet: a storm stops by itself', () => {
    const { overload, clock, look } = under({ cpu: 0.45 }, 20); // one costs 0.0225
    const storm = (): number => {
      let admitted = 0;
      while (admitted < 1_000 && overload.admitsParticipant(0)) admitted += 1;
      return admitted;
    };
    expect(storm()).toBe(15);
    clock.advance(5_000);
    expect(storm()).toBe(0);
    look({ cpu: 0.45 }, 10);
    expect(storm()).toBe(15);
  });

  test('counts everybody as one hundredth of a processor at least', () => {
    const { overload } = under({ cpu: 0 }, 200);
    let admitted = 0;
    while (admitted < 1_000 && overload.admitsParticipant(0)) admitted += 1;
    expect(admitted).toBe(159);
  });

  test('is always there where the operator sets no limit', () => {
    const none: LoadLimits = { cpu: 0, packets: 0, memory: 0, lateMs: 0 };
    const { overload } = under({ cpu: 1, packets: 1e6, memory: 0, lateMs: 1e4 }, 5, none);
    expect([overload.admitsCall(), overload.admitsParticipant(1)]).toEqual([true, true]);
  });
});
