import { describe, expect, test } from 'vitest';
import { PathRepair } from '../../../src/client/media/path-repair.ts';
import { FakeClock, settle } from './fake-clock.ts';

/** How long a path may be lost for good, in ms, from the first restart that the router has answered. */
const giveUpMs = 30_000;

function bench(options: { reachable?: boolean } = {}) {
  const clock = new FakeClock();
  const seen: string[] = [];
  const world = { reachable: options.reachable ?? true };
  const note = (what: string) => (): void => void seen.push(`${what} ${clock.nowMs()}`);
  const repair = new PathRepair({
    clock,
    restart: () => {
      note('restart')();
      return world.reachable ? Promise.resolve() : Promise.reject(new Error('not reached'));
    },
    recovered: note('recovered'),
    giveUp: note('give up'),
  });
  const up = (): void => {
    for (const direction of ['send', 'receive'] as const)
      for (const state of ['connecting', 'connected'] as const) repair.path(direction, state);
  };
  return { clock, seen, world, repair, up };
}

describe('the path of media', () => {
  test('that was never used is none, that gets through flows, and nothing is done about either', async () => {
    const { clock, seen, repair, up } = bench();
    expect(repair.state).toBe('none');
    repair.networkChanged();
    repair.back();
    up();
    expect(repair.state).toBe('flowing');
    await clock.pass(60_000);
    expect(seen).toEqual([]);
  });

  test('that comes back within a second is not restarted', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    repair.path('send', 'disconnected');
    expect(repair.state).toBe('interrupted');
    await clock.pass(999);
    repair.path('send', 'connected');
    await clock.pass(60_000);
    expect(seen).toEqual(['recovered 999']);
    expect(repair.state).toBe('flowing');
  });

  test('that stays away is restarted after a second, and less and less often, until it is back', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    repair.path('receive', 'disconnected');
    await clock.pass(12_000);
    repair.path('receive', 'connecting');
    repair.path('receive', 'connected');
    await clock.pass(60_000);
    expect(seen).toEqual(['restart 1000', 'restart 3000', 'restart 6000', 'restart 11000', 'recovered 12000']);
  });

  test('that has failed is restarted at once, and is given up when it does not come back in 30 s', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    repair.path('send', 'failed');
    await clock.pass(giveUpMs + 1);
    expect(seen[0]).toBe('restart 0');
    expect(seen).toContain(`give up ${giveUpMs}`);
  });

  test('that never came about is given up alike: restarting it is no sign of life', async () => {
    const { clock, seen, repair } = bench();
    repair.path('send', 'connecting');
    await clock.pass(15_000);
    repair.path('send', 'failed');
    await settle();
    repair.path('send', 'connecting');
    await clock.pass(15_000);
    repair.path('send', 'failed');
    await clock.pass(16_000);
    expect(seen).toContain(`give up ${15_000 + giveUpMs}`);
    expect(repair.state).toBe('none');
  });

  test('is not given up while the router cannot be asked: that is for the line to decide', async () => {
    const { clock, seen, world, repair, up } = bench({ reachable: false });
    up();
    repair.path('send', 'failed');
    await clock.pass(2 * giveUpMs);
    expect(seen).toEqual(['restart 0']);
    world.reachable = true;
    repair.back();
    await clock.pass(1);
    expect(seen).toEqual(['restart 0', `restart ${2 * giveUpMs}`]);
  });

  test('by which nothing comes any more is restarted after 1.5 s, once: perhaps it is the others who are silent', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    for (let packets = 0; packets < 100; packets += 50) {
      repair.received(packets);
      await clock.pass(500);
    }
    for (let passed = 0; passed < 20_000; passed += 500) {
      repair.received(50);
      await clock.pass(500);
    }
    expect(seen).toEqual(['restart 2000']);
    expect(repair.state).toBe('interrupted');
    repair.received(51);
    expect(seen.at(-1)).toMatch(/^recovered/u);
    expect(repair.state).toBe('flowing');
  });

  test('by which nothing ever came, for nobody sends anything, is left alone', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    for (let passed = 0; passed < 20_000; passed += 500) {
      repair.received(0);
      await clock.pass(500);
    }
    expect(seen).toEqual([]);
  });

  test('is restarted at once when the network changes, even if it seems to be there', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    repair.networkChanged();
    repair.networkChanged();
    await clock.pass(1);
    repair.networkChanged();
    await clock.pass(10_000);
    expect(seen).toEqual(['restart 0', 'restart 2000']);
  });

  test('that is closed does nothing more', async () => {
    const { clock, seen, repair, up } = bench();
    up();
    repair.path('send', 'disconnected');
    repair.close();
    repair.path('send', 'failed');
    await clock.pass(60_000);
    expect(seen).toEqual([]);
  });
});
