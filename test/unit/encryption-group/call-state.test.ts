import { describe, expect, it } from 'vitest';
import { fromCallKey } from '../../../src/client/encryption/call-key/derivations.ts';
import { openCallState, sealCallState, type CallState } from '../../../src/client/encryption/group/call-state.ts';
import { equal, fromBase64Url } from '../../../src/shared/support/bytes.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { FakeRelay, newId, random, type Seat } from '../../support/fake-relay.ts';
import { Insider, known } from '../../support/insider.ts';

/** What a seat has told the router of the call, opened, in order. */
function toldBy(relay: FakeRelay, seat: Seat): CallState[] {
  const key = fromCallKey(relay.callKey, 'state');
  return seat.told.filter((message) => message.type === 'state').map(({ state }) => known(openCallState(key, state)));
}

const countsOf = (relay: FakeRelay, seat: Seat): number[] => toldBy(relay, seat).map(({ count }) => count);

/** `count` seats, in order of id, which is not the order in which they join. */
function seats(relay: FakeRelay, count: number): Seat[] {
  const ids = Array.from({ length: count }, newId).toSorted((a, b) =>
    Buffer.compare(known(fromBase64Url(a)), known(fromBase64Url(b))),
  );
  const joined = ids.toReversed().map((id) => relay.join(id, { id }));
  return joined.reverse();
}

describe('the call state', () => {
  it('opens with the state key of its call, whole and unchanged, and not otherwise', () => {
    const key = random(32);
    const state = { count: 3, at: 1_795_000_000 };
    const sealed = sealCallState(key, random(24), state);
    expect(openCallState(key, sealed)).toEqual(state);
    expect(openCallState(random(32), sealed)).toBeUndefined();
    for (const index of sealed.keys())
      expect(openCallState(key, sealed.with(index, 255 - (sealed[index] ?? 0)))).toBeUndefined();
    for (const length of [0, 23, 24, 40, 50]) expect(openCallState(key, sealed.subarray(0, length))).toBeUndefined();
    expect(sealed.length).toBeLessThanOrEqual(limits.callStateBytes);
  });

  it('is told by whoever has the smallest id and by nobody else, on each change and every 10 s', () => {
    const relay = new FakeRelay();
    const [first, second, third] = seats(relay, 3) as [Seat, Seat, Seat];
    relay.run(1_000);
    expect(countsOf(relay, first).at(-1)).toBe(3);
    const before = [first, second, third].map((seat) => toldBy(relay, seat).length);
    relay.run(30_000);
    const after = [first, second, third].map((seat) => toldBy(relay, seat).length);
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([3, 0, 0]);
    relay.leave(third);
    expect(countsOf(relay, first).at(-1)).toBe(2);
    relay.leave(first);
    expect(countsOf(relay, second).at(-1)).toBe(1);
    expect(toldBy(relay, second).at(-1)?.at).toBe(Math.floor(relay.clock.calendarMs() / 1_000));
  });

  it('is told at once by whoever is alone', () => {
    const relay = new FakeRelay();
    expect(countsOf(relay, relay.join('Ada'))).toEqual([1]);
  });

  it('is not told by a newcomer, however small its id, before it has authenticated those who are there', () => {
    const relay = new FakeRelay();
    relay.join('Ada');
    relay.join('Ben');
    const own = relay.join('Cleo', { id: 'AAAAAAAAAAAAAAAAAAAAAA' });
    relay.run(1_000);
    expect(countsOf(relay, own)).toEqual([3]);
  });

  it('waits 20 s for who was shown and never authenticates, then counts without them', () => {
    const relay = new FakeRelay();
    const own = relay.join('Ada');
    relay.show(newId());
    relay.run(19_000);
    expect(countsOf(relay, own)).toEqual([1]);
    relay.run(2_000);
    expect(countsOf(relay, own)).toEqual([1, 1]);
  });

  it('does not count who holds the call key but has not authenticated', () => {
    const relay = new FakeRelay();
    const own = relay.join('Ada');
    new Insider(relay).hello(own);
    relay.run(40_000);
    expect(new Set(countsOf(relay, own))).toEqual(new Set([1]));
  });

  it('never uses a nonce twice, and tells nothing after leaving', () => {
    const relay = new FakeRelay();
    const own = relay.join('Ada');
    relay.run(60_000);
    const states = own.told.filter((message) => message.type === 'state').map(({ state }) => state);
    expect(states.length).toBeGreaterThan(5);
    for (const [index, state] of states.entries())
      for (const other of states.slice(index + 1))
        expect(equal(state.subarray(0, 24), other.subarray(0, 24))).toBe(false);
    relay.leave(own);
    relay.run(30_000);
    expect(toldBy(relay, own)).toHaveLength(states.length);
  });
});
