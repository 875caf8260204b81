import { describe, expect, it } from 'vitest';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import { random } from '../../support/fake-relay.ts';
import { Insider } from '../../support/insider.ts';
import { callOf, stateOf } from './calls.ts';
import { capture } from './frames.ts';

describe('the same participant shown under two ids', () => {
  for (const shared of ['identity', 'ephemeral'] as const) {
    it(`is refused by everybody under both when the ${shared} key is the same, as if both had left`, async () => {
      const { relay, seats } = await callOf('Ada', 'Ben');
      for (const seat of seats) capture(seat, 'camera');
      relay.deliver();
      const pair = new KeyPair(random(32));
      const twins = [new Insider(relay, { [shared]: pair }), new Insider(relay, { [shared]: pair })];
      const [first, second] = twins;
      for (const seat of seats) {
        first?.hello(seat);
        first?.auth(seat, 'Dora');
      }
      const before = seats.map((seat) => seat.group.sending.current);
      for (const seat of seats) {
        expect(seat.sees(String(first?.id.key))?.standing).toBe('authenticated');
        second?.hello(seat);
        expect(seat.sees(String(first?.id.key))?.standing).toBe('authenticated'); // a hello proves nothing
        second?.auth(seat, 'Dora two');
      }
      for (const seat of seats)
        for (const twin of twins) {
          expect(seat.sees(twin.id.key)).toMatchObject({ standing: 'refused', name: undefined, keyHeld: false });
          expect(seat.group.receiving(twin.id.key)).toBeUndefined();
        }
      const sent = relay.sent.length;
      relay.run(4_000);
      for (const [index, seat] of seats.entries())
        expect(seat.group.sending.current.chain).toBeGreaterThan(before[index]?.chain ?? Infinity);
      expect(relay.sent.slice(sent).filter(({ to }) => twins.some(({ id }) => id.key === to))).toEqual([]);
      // A third one with the key is refused by itself.
      const third = new Insider(relay, { [shared]: pair });
      third.hello(seats[0]);
      third.auth(seats[0], 'Dora three');
      expect(seats[0].sees(third.id.key)?.standing).toBe('refused');
      expect(await seats[0].code()).toBe(await seats[1].code());
    });
  }

  it('is not believed of somebody who merely copies an ephemeral key without having its secret', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const before = seats.map(stateOf);
    const copier = new Insider(relay);
    copier.hello(seats[0], { ephemeral: copier.ephemeralOf(seats[1]) });
    copier.auth(seats[0], 'Ben');
    relay.run(21_000);
    expect(seats.map(stateOf)).toEqual(before);
    expect(seats[0].sees(copier.id.key)?.standing).toBe('refused');
  });
});
