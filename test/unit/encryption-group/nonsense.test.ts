import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { newId, type Delivery } from '../../support/fake-relay.ts';
import { Insider } from '../../support/insider.ts';
import { callOf, stateOf } from './calls.ts';
import { capture } from './frames.ts';

describe('nonsense', () => {
  it('of 10,000 random and mutated relayed messages throws nothing, changes nothing and is answered by nothing', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada] = seats;
    for (const seat of seats) capture(seat, 'camera');
    relay.deliver();
    const ghost = newId();
    relay.show(ghost);
    const halfOpen = new Insider(relay);
    halfOpen.hello(ada);
    const from = [...seats.map(({ id }) => id), ghost, halfOpen.id.key, newId(), '', '__proto__'];
    const real = relay.sent.map(({ bytes }) => bytes);
    const before = [seats.map(stateOf), ada.people, relay.sent.length];
    const deliveries = fc.tuple(fc.constantFrom(...from), fc.oneof(randomBytes, mutated(real)));
    let count = 0;
    fc.assert(
      fc.property(deliveries, ([sender, bytes]) => {
        count += 1;
        relay.inject({ from: sender, to: ada.id, bytes } satisfies Delivery);
      }),
      { numRuns: 10_000 },
    );
    expect(count).toBe(10_000);
    expect([seats.map(stateOf), ada.people, relay.sent.length]).toEqual(before);
    // What is real still counts.
    halfOpen.auth(ada, 'Ida');
    expect(ada.sees(halfOpen.id.key)?.name).toBe('Ida');
    relay.run(1_000);
    expect(ada.sees(seats[1])?.missed).toBe(0);
  }, 60_000);
});

const type = fc.constantFrom(0, 1, 2, 3, 4, 255);
const randomBytes = fc
  .tuple(type, fc.uint8Array({ maxLength: 400 }))
  .map(([first, rest]): Bytes => new Uint8Array([first, ...rest]));

/** Real messages with bytes changed, cut off, put on, or the type changed; also unchanged, as a replay. */
function mutated(real: readonly Bytes[]): fc.Arbitrary<Bytes> {
  const changes = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 3 });
  const lengths = fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 200 }));
  return fc.tuple(fc.constantFrom(...real), changes, lengths).map(([message, bytes, longer]) => {
    const length = Math.max(0, message.length + longer);
    const changed = new Uint8Array(length);
    changed.set(message.subarray(0, length));
    for (const [at, value] of bytes) if (at < length) changed[at] = value;
    return changed;
  });
}
