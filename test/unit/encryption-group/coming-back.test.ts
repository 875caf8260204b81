import { describe, expect, it } from 'vitest';
import { FakeRelay, type Seat } from '../../support/fake-relay.ts';
import { capture, outcomeAt, sealedBy } from './frames.ts';

/** Ada and Ben, who agree, with cameras on. */
function two(): { relay: FakeRelay; ada: Seat; ben: Seat } {
  const relay = new FakeRelay();
  const [ada, ben] = [relay.join('Ada'), relay.join('Ben')];
  capture(ada, 'camera');
  capture(ben, 'camera');
  relay.run(6_000);
  return { relay, ada, ben };
}

const namesSeenBy = (seat: Seat): (string | undefined)[] => seat.people.map(({ name }) => name).toSorted();

describe('a participant that was away', () => {
  it('for 14 s, like everybody else, is the same one: frames open, the code stays, and no hello is said', async () => {
    const { relay, ada, ben } = two();
    for (const seat of [ada, ben]) await seat.until(() => seat.agreement?.state === 'agreed');
    const agreed = ada.agreement;
    const hellos = relay.sent.filter(({ bytes }) => bytes[0] === 1 || bytes[0] === 4).length;
    for (const seat of [ada, ben]) relay.lose(seat);
    relay.run(14_000);
    for (const seat of [ada, ben]) relay.comeBack(seat);
    relay.run(6_000);
    expect(await outcomeAt(ben, ada, await sealedBy(ada))).toBe('opened');
    expect(ada.agreement).toEqual(agreed);
    expect(ben.agreement).toEqual(agreed);
    expect(relay.sent.filter(({ bytes }) => bytes[0] === 1 || bytes[0] === 4)).toHaveLength(hellos);
  });

  it('for 21 s is gone, and joins anew', () => {
    const { relay, ada, ben } = two();
    relay.lose(ben);
    relay.run(21_000);
    for (const seat of [ada, ben]) expect(seat.told.at(-1)).toEqual({ type: 'join-anew' });
  });

  it('again and again, always when a roster is due, is not silent: whoever is back asks, and is answered', () => {
    const { relay, ada, ben } = two();
    const cleo = relay.join('Cleo'); // or all would have gone silent, and joined anew
    let reachable = false; // every roster that is due by itself falls into a gap of one or the other
    relay.rule = (delivery) => (reachable || [delivery.from, delivery.to].includes(cleo.id) ? [delivery] : []);
    for (let round = 0; round < 8; round += 1) {
      for (const seat of [ada, ben]) relay.lose(seat);
      relay.run(1_000);
      relay.comeBack(ada);
      reachable = true;
      relay.comeBack(ben);
      reachable = false;
      relay.run(4_000);
    }
    for (const [seat, other] of [
      [ada, ben],
      [ben, ada],
    ] as const)
      expect(seat.sees(other)?.standing).toBe('authenticated');
    expect(namesSeenBy(cleo)).toEqual(['Ada', 'Ben']);
  });

  it('greets whoever came meanwhile, who answers, although it had said its hello to all before', async () => {
    const { relay, ada, ben } = two();
    relay.lose(ben);
    const cleo = relay.join('Cleo');
    relay.run(2_000);
    expect(namesSeenBy(cleo)).toEqual(['Ada', undefined]);
    relay.comeBack(ben);
    relay.run(6_000);
    expect(namesSeenBy(ben)).toEqual(['Ada', 'Cleo']);
    expect(namesSeenBy(cleo)).toEqual(['Ada', 'Ben']);
    expect(await outcomeAt(cleo, ben, await sealedBy(ben))).toBe('opened');
    const everybody = [ada, ben, cleo];
    for (const seat of everybody) await seat.until(() => seat.agreement?.state === 'agreed');
    expect(new Set(everybody.map(({ agreement }) => JSON.stringify(agreement))).size).toBe(1);
  });

  it('greets nobody twice, and nobody answers a greeting that a router repeats', () => {
    const { relay, ada, ben } = two();
    relay.lose(ben);
    const cleo = relay.join('Cleo');
    relay.comeBack(ben);
    relay.run(1_000);
    const greetings = relay.sent.filter(({ bytes }) => bytes[0] === 4);
    expect(greetings.map(({ from, to }) => [from, to])).toEqual([[ben.id, cleo.id]]);
    const before = relay.sent.length;
    for (const greeting of greetings) relay.inject(greeting);
    for (const greeting of greetings) relay.inject({ ...greeting, to: ada.id });
    expect(relay.sent).toHaveLength(before);
  });
});
