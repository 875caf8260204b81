import { describe, expect, it } from 'vitest';
import { openHello } from '../../../src/client/encryption/group/hello.ts';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import { mostUnauthenticated } from '../../../src/client/encryption/group/pace.ts';
import { participantOf } from '../../../src/client/encryption/group/self.ts';
import { fromCallKey } from '../../../src/client/encryption/call-key/derivations.ts';
import { FakeRelay, newId, random } from '../../support/fake-relay.ts';
import { Insider, known } from '../../support/insider.ts';
import { callOf, pairCounter, stateOf } from './calls.ts';
import { capture, sealedBy } from './frames.ts';

describe('a hello with the right call key that never answers', () => {
  it('gets no keys, moves no key, changes no code, and is refused after 20 s', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    relay.deliver();
    await sealedBy(ada); // so that handing the key over would step it
    const before = [stateOf(ada), stateOf(ben)];
    const told = ada.told.filter(({ type }) => type === 'agreement').length;
    const insider = new Insider(relay);
    insider.hello(ada);
    expect(ada.sees(insider.id.key)?.standing).toBe('arriving');
    relay.run(19_000);
    expect([stateOf(ada), stateOf(ben)]).toEqual(before);
    expect(ada.told.filter(({ type }) => type === 'agreement')).toHaveLength(told);
    // Ada's own hello and auth, and nothing else: no keys, no roster, no bye.
    const pairs = insider.got.filter(({ from, bytes }) => from === ada.id && bytes[0] === 2);
    expect(pairs.map(pairCounter)).toEqual([1]);
    relay.run(1_500);
    expect(ada.sees(insider.id.key)?.standing).toBe('refused');
    insider.auth(ada, 'Late');
    expect(ada.sees(insider.id.key)).toMatchObject({ standing: 'refused', name: undefined });
    expect([stateOf(ada), stateOf(ben)]).toEqual(before);
  });

  it('gets keys once it has answered, and only then', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const insider = new Insider(relay);
    insider.hello(seats[0]);
    insider.auth(seats[0], 'Ida');
    expect(seats[0].sees(insider.id.key)).toMatchObject({ standing: 'authenticated', name: 'Ida' });
    expect(insider.got.filter(({ from, bytes }) => from === seats[0].id && bytes[0] === 2).map(pairCounter)).toEqual([
      1, 2,
    ]);
  });

  it('is refused when its first message is no auth, or an auth by another key or for another name', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada] = seats;
    const before = stateOf(ada);
    const forger = new Insider(relay);
    forger.hello(ada);
    // Ben's identity, claimed without its secret.
    forger.auth(ada, 'Ben', { identity: new KeyPair(random(32)).publicKey, shared: random(32) });
    const early = new Insider(relay);
    early.hello(ada);
    early.auth(ada, 'x'.repeat(60) + '\u202e');
    const other = new Insider(relay);
    other.hello(ada);
    other.auth(ada, 'Ida', { kind: 'roster' });
    for (const { id } of [forger, early, other]) expect(ada.sees(id.key)?.standing).toBe('refused');
    expect(stateOf(ada)).toEqual(before);
  });
});

describe('a router that replays hellos', () => {
  it('moves nothing with those of this call', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    capture(seats[0], 'camera');
    relay.deliver();
    await sealedBy(seats[0]);
    const before = seats.map(stateOf);
    const hellos = relay.sent.filter(({ bytes }) => bytes[0] === 1);
    const ghost = newId();
    relay.show(ghost);
    const count = relay.sent.length;
    for (const hello of hellos) {
      relay.inject(hello);
      for (const to of seats)
        for (const from of [ghost, ...seats.map(({ id }) => id)]) relay.inject({ ...hello, from, to: to.id });
    }
    expect(relay.sent).toHaveLength(count);
    expect(seats.map(stateOf)).toEqual(before);
    for (const seat of seats) expect(seat.sees(ghost)?.standing).toBe('arriving');
  });

  it('moves nothing with those of an earlier call under the same key, shown under its old ids', async () => {
    const earlier = await callOf('Ada', 'Ben');
    const { relay, seats } = await callOf('Cleo', 'Dan');
    const past = new FakeRelay();
    const dora = past.join('Dora', { callKey: relay.callKey });
    past.join('Emil', { callKey: relay.callKey });
    const before = seats.map(stateOf);
    relay.show(dora.id);
    for (const delivery of [...earlier.relay.sent, ...past.sent])
      for (const to of seats) relay.inject({ ...delivery, from: dora.id, to: to.id });
    relay.run(21_000);
    expect(seats.map(stateOf)).toEqual(before);
    for (const seat of seats) expect(seat.sees(dora)?.standing).toBe('refused');
    expect(relay.sent.filter(({ to, bytes }) => to === dora.id && bytes[0] === 2).map(pairCounter)).toEqual([1, 1]);
  });
});

describe('one hello for each id, ever', () => {
  it('drops a second one of other content', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const insider = new Insider(relay);
    insider.hello(seats[0]);
    const answers = insider.got.length;
    insider.hello(seats[0], { ephemeral: new KeyPair(random(32)).publicKey });
    expect(insider.got).toHaveLength(answers);
    insider.auth(seats[0], 'Ida'); // the first one still counts
    expect(seats[0].sees(insider.id.key)?.standing).toBe('authenticated');
  });

  it('never takes back an id that has gone', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const insider = new Insider(relay);
    relay.hide(insider.id.key);
    relay.show(insider.id.key);
    expect(seats[0].sees(insider.id.key)).toBeUndefined();
    insider.hello(seats[0]);
    expect(insider.got).toEqual([]);
  });

  it('drops one that names another id than the relay came from', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const insider = new Insider(relay);
    insider.hello(seats[0], { id: known(participantOf(seats[1].id)) });
    insider.hello(seats[0], { id: known(participantOf(newId())) });
    expect(insider.got).toEqual([]);
  });

  it('drops those of ids that the router has not shown', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const hello = known(relay.sent.find(({ from, bytes }) => from === seats[1].id && bytes[0] === 1));
    expect(openHello(fromCallKey(relay.callKey, 'hello'), hello.bytes.subarray(1))).toBeDefined();
    const count = relay.sent.length;
    relay.inject({ ...hello, from: newId(), to: seats[0].id });
    expect(relay.sent).toHaveLength(count);
  });
});

describe('a router that invents participants', () => {
  it('makes us hold 256 of them and no more', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    for (let count = 0; count < 2 * mostUnauthenticated; count += 1) relay.show(newId(), [seats[0]]);
    expect(seats[0].people).toHaveLength(mostUnauthenticated + 1);
    expect(mostUnauthenticated).toBe(256);
  });

  it('cannot show us ourselves, or nonsense', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    relay.show(seats[0].id, [seats[0]]);
    for (const id of ['', 'x', '__proto__', 'A'.repeat(22), `${newId()}=`]) relay.show(id, [seats[0]]);
    expect(seats[0].people.map(({ name }) => name)).toEqual(['Ben', undefined]); // 16 zero bytes are an id
  });
});
