import { expect, test } from 'vitest';
import { Rejoining } from '../../../src/client/call/rejoining.ts';
import { FakeClock } from './fake-clock.ts';

const never = new AbortController().signal;

/** How long each attempt is waited for, in ms, until there is none. */
async function waits(clock: FakeClock, rejoining: Rejoining): Promise<number[]> {
  const found: number[] = [];
  for (;;) {
    const startedMs = clock.nowMs();
    const due: { value?: boolean } = {};
    void rejoining.mayTry('router-unreachable', never).then((value) => (due.value = value));
    await clock.pass(0);
    while (due.value === undefined) await clock.pass(50);
    if (!due.value) return found;
    found.push(clock.nowMs() - startedMs);
  }
}

test('a lost call tries again, less and less often, and then no more', async () => {
  const clock = new FakeClock();
  const rejoining = new Rejoining(clock, () => 1);
  rejoining.joined();
  expect(await waits(clock, rejoining)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
});

test('a session that lasted begins the count anew; one that did not, does not', async () => {
  const clock = new FakeClock();
  const rejoining = new Rejoining(clock, () => 1);
  await waits(clock, rejoining);
  rejoining.joined();
  await clock.pass(29_000);
  expect(await waits(clock, rejoining)).toEqual([]);
  rejoining.joined();
  await clock.pass(30_000);
  expect(await waits(clock, rejoining)).toHaveLength(7);
});

test('no attempt after what another attempt cannot change, or after leaving', async () => {
  const rejoining = new Rejoining(new FakeClock(), () => 1);
  await expect(rejoining.mayTry('router-not-pinned', never)).resolves.toBe(false);
  const leaving = new AbortController();
  const waiting = rejoining.mayTry('join-anew', leaving.signal);
  leaving.abort();
  await expect(waiting).resolves.toBe(false);
});
