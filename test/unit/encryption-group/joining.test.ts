import { describe, expect, it } from 'vitest';
import { readBroadcast } from '../../../src/client/encryption/group/broadcast.ts';
import { FakeRelay, random, type Seat } from '../../support/fake-relay.ts';
import { known } from '../../support/insider.ts';
import { callOf, stateOf } from './calls.ts';
import { capture, outcomeAt, sealedBy } from './frames.ts';

describe('joining', () => {
  it('authenticates everybody to everybody by name, in order of joining, with keys held and one code for all', async () => {
    const { seats } = await callOf('Ada', 'Ben', 'Cleo');
    for (const seat of seats) {
      expect(seat.people).toHaveLength(2);
      for (const person of seat.people)
        expect(person).toMatchObject({ standing: 'authenticated', keyHeld: true, missed: 0 });
    }
    expect(seats[0].people.map(({ name }) => name)).toEqual(['Ben', 'Cleo']);
    expect(seats[2].people.map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    const codes = await Promise.all(seats.map((seat) => seat.code()));
    expect(new Set(codes).size).toBe(1);
    expect(codes[0]).toMatch(/^\d{30}$/u);
    expect(seats[0].agreement).toMatchObject({ state: 'agreed', people: 3 });
  });

  it('authenticates two who joined at the same moment and so reached each other before they were shown', () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    const hellos: Parameters<typeof relay.inject>[0][] = [];
    relay.rule = (delivery) => {
      hellos.push(delivery);
      return [];
    };
    const ben = relay.join('Ben');
    const cleo = relay.join('Cleo');
    relay.rule = (delivery) => [delivery];
    for (const hello of hellos) relay.inject(hello);
    for (const seat of [ada, ben, cleo])
      expect(seat.people.map(({ standing }) => standing)).toEqual(['authenticated', 'authenticated']);
  });

  it('is alone at first, waits while somebody may yet authenticate, and is alone again when nobody does', () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    expect(ada.agreement).toEqual({ state: 'alone' });
    relay.join('Eve', { callKey: random(32) });
    expect(ada.agreement).toEqual({ state: 'waiting' });
    relay.run(20_300);
    expect(ada.agreement).toEqual({ state: 'alone' });
  });

  it('changes the code with every join and leave', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const first = await seats[0].code();
    const cleo = relay.join('Cleo');
    expect(seats[0].agreement).toEqual({ state: 'waiting' });
    relay.run(1_000);
    const second = await seats[0].code();
    expect(await cleo.code()).toBe(second);
    relay.leave(cleo);
    relay.run(1_000);
    const third = await seats[0].code();
    expect(third).toBe(first); // the same people with the same keys as before
    expect(second).not.toBe(first);
  });

  it('marks two of one name, also when they only look alike', () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    const twin = relay.join(' ａDA ');
    const ben = relay.join('Ben');
    expect(ben.people.map(({ nameTaken }) => nameTaken)).toEqual([true, true]);
    expect(ada.sees(twin)?.nameTaken).toBe(true);
    expect(ada.sees(ben)?.nameTaken).toBe(false);
  });
});

describe('somebody with the wrong call key', () => {
  it('is named nowhere, gets no keys and changes nothing', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const before = seats.map(stateOf);
    const eve = relay.join('Eve', { callKey: random(32) });
    capture(seats[0], 'camera');
    relay.deliver();
    relay.run(6_000);
    for (const seat of seats) {
      expect(seat.sees(eve)).toMatchObject({ standing: 'arriving', name: undefined, keyHeld: false });
      expect(seat.group.receiving(eve.id)).toBeUndefined();
      expect(JSON.stringify(seat.told)).not.toContain('Eve');
      expect(eve.group.receiving(seat.id)).toBeUndefined();
    }
    expect(seats.map((seat) => stateOf(seat).agreement)).toEqual(before.map(({ agreement }) => agreement));
    expect(eve.people.map(({ name }) => name)).toEqual([undefined, undefined]);
    const pairMessages = relay.sent.filter(({ to, bytes }) => to === eve.id && bytes[0] === 2);
    expect(pairMessages).toEqual([]);
  });
});

describe('a late joiner', () => {
  it('cannot open a frame sealed before it joined, and opens what comes after', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    relay.deliver();
    const early = await sealedBy(ada);
    const cleo = relay.join('Cleo');
    const late = await sealedBy(ada);
    expect(await outcomeAt(ben, ada, early)).toBe('opened');
    expect(await outcomeAt(cleo, ada, early)).toBe('undecryptable');
    expect(await outcomeAt(ben, ada, late)).toBe('opened');
    expect(await outcomeAt(cleo, ada, late)).toBe('opened');
  });

  it('is given no key that opens a broadcast made before it joined', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    relay.deliver();
    const broadcast = known(relay.sent.find(({ bytes }) => bytes[0] === 3));
    const { kid, counter } = known(readBroadcast(broadcast.bytes.subarray(1))).head;
    const cleo = relay.join('Cleo');
    const keyOf = (seat: Seat): unknown =>
      known(seat.group.receiving(ada.id)).broadcastKey(kid, counter, relay.clock.nowMs());
    expect(keyOf(ben)).toBeDefined();
    expect(keyOf(cleo)).toBeUndefined();
  });
});

describe('gaps', () => {
  it('counts pair messages that did not come, and goes on', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    let dropped = 0;
    relay.rule = (delivery) => (delivery.from === seats[0].id && (dropped += 1) <= 2 ? [] : [delivery]);
    relay.run(16_000);
    expect(seats[1].sees(seats[0])).toMatchObject({ standing: 'authenticated', missed: 2 });
    expect(seats[0].sees(seats[1])?.missed).toBe(0);
  });
});

describe('a code that takes its time', () => {
  it('is not shown any more when somebody has come meanwhile', async () => {
    const relay = new FakeRelay();
    const [ada, ben] = [relay.join('Ada'), relay.join('Ben')];
    relay.run(1_000); // both work on the code for two
    expect(ada.agreement).toEqual({ state: 'waiting' });
    const cleo = relay.join('Cleo');
    relay.run(1_000);
    const codes = await Promise.all([ada.code(), ben.code(), cleo.code()]);
    expect(new Set(codes).size).toBe(1);
    const shown = ada.told.flatMap((message) => (message.type === 'agreement' ? [message.agreement] : []));
    expect(shown.filter(({ state }) => state === 'agreed')).toMatchObject([{ code: codes[0], people: 3 }]);
  });
});
