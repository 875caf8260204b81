import { describe, expect, it } from 'vitest';
import { keyTimingOf, paceOf } from '../../../src/client/encryption/group/pace.ts';
import { verificationCode } from '../../../src/client/encryption/group/verification.ts';
import { FakeRelay, newId, random, type Rule } from '../../support/fake-relay.ts';
import { alarms, callOf, pairCounter } from './calls.ts';
import { capture, outcomeAt, sealedBy } from './frames.ts';

const interval = 5_000;

/** Drops what goes between those with these ids and the others. */
function split(half: readonly string[]): Rule {
  return (delivery) => (half.includes(delivery.from) === half.includes(delivery.to) ? [delivery] : []);
}

describe('one dropped `keys`', () => {
  it('is mended within two roster intervals when it was the first', () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    relay.rule = (delivery) => (delivery.from === ada.id && pairCounter(delivery) === 2 ? [] : [delivery]);
    const ben = relay.join('Ben');
    expect(ben.sees(ada)).toMatchObject({ standing: 'authenticated', keyHeld: false });
    expect(ada.sees(ben)?.keyHeld).toBe(true);
    relay.run(2 * interval);
    expect(ben.sees(ada)?.keyHeld).toBe(true);
  });

  it('is mended within two roster intervals when it was of a rotation, while frames are sealed', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    capture(ada, 'camera');
    relay.run(1_000);
    let dropped = 0;
    const isKeys = (bytes: Uint8Array): boolean => bytes[0] === 2 && bytes.length === 153;
    relay.rule = (delivery) => {
      if (delivery.from !== ada.id || delivery.to !== ben.id || !isKeys(delivery.bytes) || dropped > 0)
        return [delivery];
      dropped += 1;
      return [];
    };
    relay.leave(cleo);
    expect(dropped).toBe(1);
    relay.run(3_000);
    expect(await outcomeAt(ben, ada, await sealedBy(ada))).toBe('undecryptable');
    relay.run(2 * interval - 3_000);
    expect(await outcomeAt(ben, ada, await sealedBy(ada))).toBe('opened');
  });

  it('is not sent again to whoever holds it', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const count = relay.sent.length;
    relay.run(4 * interval);
    // Four rosters each and nothing else.
    expect(relay.sent.slice(count).filter(({ from }) => from === seats[0].id)).toHaveLength(4);
    expect(relay.sent.slice(count)).toHaveLength(8);
  });
});

describe('people who are shown different participants', () => {
  it('see different codes when the halves never see each other', async () => {
    const relay = new FakeRelay();
    const ids = [newId(), newId(), newId(), newId()];
    relay.rule = split(ids.slice(0, 2));
    const joined = ids.map((id, index) => relay.join(`Person ${index}`, { id }));
    relay.run(30_000);
    const codes = await Promise.all(joined.map((seat) => seat.code()));
    expect(codes[0]).toBe(codes[1]);
    expect(codes[2]).toBe(codes[3]);
    expect(codes[0]).not.toBe(codes[2]);
    expect(joined.map(({ agreement }) => agreement)).toMatchObject(Array(4).fill({ people: 2 }));
  });

  it('are warned when some see both sides', () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    const ben = relay.join('Ben');
    relay.rule = (delivery) => {
      const isBetween = delivery.from !== ben.id && delivery.to !== ben.id;
      return isBetween ? [] : [delivery];
    };
    const cleo = relay.join('Cleo');
    relay.run(2 * interval + 6_000);
    for (const seat of [ada, ben, cleo]) expect(seat.agreement).toEqual({ state: 'disagreed' });
  });

  it('are not warned because of messages that are on their way', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    const late: Parameters<Rule>[0][] = [];
    relay.rule = (delivery) => {
      if (delivery.to === ada.id || delivery.from === ada.id) return [delivery];
      late.push(delivery);
      return [];
    };
    const cleo = relay.join('Cleo');
    relay.run(4_000);
    expect(ada.agreement).toEqual({ state: 'waiting' });
    relay.rule = (delivery) => [delivery];
    for (const delivery of late) relay.inject(delivery);
    relay.run(2_000);
    const code = await ada.code();
    for (const seat of [ben, cleo]) expect(await seat.code()).toBe(code);
    for (const seat of [ada, ben, cleo]) expect(alarms(seat)).toBe(0);
  });

  it('are warned for as long as it lasts', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    const late: Parameters<Rule>[0][] = [];
    relay.rule = (delivery) => {
      if (delivery.to === ada.id || delivery.from === ada.id) return [delivery];
      late.push(delivery);
      return [];
    };
    relay.join('Cleo');
    relay.run(7_000);
    expect(ada.agreement).toEqual({ state: 'disagreed' });
    relay.rule = (delivery) => [delivery];
    for (const delivery of late) relay.inject(delivery);
    relay.run(2_000);
    expect(await ada.code()).toBe(await ben.code());
  });

  it('get no code, and a warning, when a peer keeps telling the roster of before', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    relay.rule = (delivery) => (delivery.from === ben.id && delivery.to === ada.id ? [] : [delivery]);
    const cleo = relay.join('Cleo');
    relay.run(2 * interval + 4_500);
    await cleo.code(); // she gets one,
    await verificationCode(random(64), random(32)); // and Ada had the time to
    expect(ada.agreement).toEqual({ state: 'waiting' });
    relay.run(1_000);
    expect(ada.agreement).toEqual({ state: 'disagreed' });
  });
});

describe('rosters', () => {
  it('tell the step that a sender has come to, and the page nothing when nothing has changed', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    relay.deliver();
    await sealedBy(ada);
    const cleo = relay.join('Cleo');
    relay.run(1_000);
    await Promise.all([ada.code(), ben.code(), cleo.code()]);
    expect(ben.group.receiving(ada.id)?.newest).toEqual(ada.group.sending.current);
    expect(ada.group.sending.current.step).toBe(1);
    // But for the call's state, which whoever has the smallest id repeats for those who peek.
    const told = (): unknown[] => ben.told.filter(({ type }) => type !== 'state');
    const before = told();
    relay.run(2 * interval);
    expect(told()).toEqual(before);
  });

  it('go out within 1 s of a change and every 5 s, to all in one relay', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada] = seats;
    relay.join('Dan');
    const start = relay.relays.length;
    relay.run(1_000);
    const from = (index: number): unknown[] => relay.relays.slice(index).filter((sent) => sent.from === ada.id);
    expect(from(start)).toMatchObject([{ message: { list: [{}, {}, {}] } }]);
    const later = relay.relays.length;
    relay.run(interval);
    expect(from(later)).toHaveLength(1);
  });

  it('cost no more than half of what a router relays while many join, and all agree soon after', async () => {
    const relay = new FakeRelay();
    const ada = relay.join('Ada');
    for (let joined = 2; joined <= 10; joined += 1) relay.join(`Person ${joined}`);
    relay.run(interval);
    const start = relay.sent.length;
    const [joins, betweenMs] = [8, 250];
    for (let joined = 0; joined < joins; joined += 1) {
      relay.join(`Late ${joined}`);
      relay.run(betweenMs);
    }
    const handshakes = 3 * joins; // hello, auth and keys for each
    const rosters = relay.sent.slice(start).filter(({ from }) => from === ada.id).length - handshakes;
    expect(rosters).toBeLessThanOrEqual(((joins * betweenMs) / 1_000) * 25 + 18);
    relay.run(1_000);
    expect(new Set(await Promise.all(relay.seats.map((seat) => seat.code()))).size).toBe(1);
  });
});

describe('the pace', () => {
  it('is slower above 40 participants, for keys as well, as soon as that is the size', () => {
    let size = 40;
    const timing = keyTimingOf(() => size);
    expect(paceOf(8)).toMatchObject({ changeMs: 250 });
    expect(paceOf(size)).toMatchObject({ rosterMs: 5_000, changeMs: 1_000, silenceMs: 20_000 });
    expect(timing).toMatchObject({ rotationGapMs: 2_000, applyMs: 2_000, afterLeaveMs: 9_000, afterReplacedMs: 7_000 });
    size = 41;
    expect(paceOf(size)).toMatchObject({ rosterMs: 15_000, changeMs: 1_000, silenceMs: 40_000 });
    expect(timing).toMatchObject({
      rotationGapMs: 5_000,
      applyMs: 2_000,
      afterLeaveMs: 15_000,
      afterReplacedMs: 7_000,
    });
  });
});
