import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { Calls } from '../../../src/server/calls/calls.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool, openGate } from '../../support/fake-media.ts';
import { FakePeer, newSeat } from '../../support/fake-peer.ts';
import { testCall } from '../../support/test-client.ts';

function setUp() {
  const clock = new FakeClock();
  const pool = new FakeMediaPool();
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
  const watcher = {
    started: () => undefined,
    left: () => undefined,
    mediaDied: () => undefined,
    ended: () => undefined,
  };
  return { clock, pool, calls: new Calls(pool, { clock, random, participantLimit: 2, gate: openGate }, watcher) };
}

const state = Uint8Array.of(1, 2, 3);

describe('a call that is peeked at', () => {
  test('is not started by that', async () => {
    const { calls, pool } = setUp();
    expect(await calls.peek(testCall().id)).toBeUndefined();
    expect(pool.taken).toEqual([]);
    expect(calls.running).toBe(0);
  });

  test('started at a whole minute, and is full when nobody more is let in', async () => {
    const { calls } = setUp();
    const { id } = testCall();
    await calls.join(id, new FakePeer(), newSeat());
    expect(await calls.peek(id)).toMatchObject({ startedAt: 28_333_333, full: false });
    await calls.join(id, new FakePeer(), newSeat());
    expect(await calls.peek(id)).toMatchObject({ full: true });
  });

  test('that could not start is no call', async () => {
    const { calls, pool } = setUp();
    pool.full = true;
    const { id } = testCall();
    const joining = calls.join(id, new FakePeer(), newSeat()).catch(() => 'refused');
    expect(await calls.peek(id)).toBeUndefined();
    expect(await joining).toBe('refused');
  });

  test('tells its last state for 30 s after that came, whoever is still in it, and waits for nothing afterwards', async () => {
    const { calls, clock } = setUp();
    const { id } = testCall();
    const seat = await calls.join(id, new FakePeer(), newSeat());
    const told = async (): Promise<unknown> => (await calls.peek(id))?.state.sealed;
    expect(await told()).toBeUndefined();
    seat.updateState(Uint8Array.of(9));
    clock.advance(limits.callStateKeptMs - 1);
    seat.updateState(state);
    clock.advance(limits.callStateKeptMs - 1);
    expect(await told()).toEqual(state);
    clock.advance(1);
    expect(await told()).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  test('has forgotten its state when it ends, and no timer holds on to it', async () => {
    const { calls, clock } = setUp();
    const { id } = testCall();
    const seat = await calls.join(id, new FakePeer(), newSeat());
    seat.updateState(state);
    const seen = await calls.peek(id);
    seat.leave();
    expect(seen?.state.sealed).toBeUndefined();
    expect(await calls.peek(id)).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });
});
