import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeRelay, type Seat } from '../../support/fake-relay.ts';
import { Insider, known } from '../../support/insider.ts';
import { callOf } from './calls.ts';
import { capture, outcomeAt, sealedBy } from './frames.ts';

/** Ada (camera on), Ben, and Cleo whose time stands still, so that she keeps every key she ever had. */
function callWithHoarder(): { relay: FakeRelay; ada: Seat; ben: Seat; cleo: Seat } {
  const relay = new FakeRelay();
  const [ada, ben] = [relay.join('Ada'), relay.join('Ben')];
  capture(ada, 'camera');
  capture(ben, 'camera');
  const cleo = relay.join('Cleo', { clock: new FakeClock() });
  return { relay, ada, ben, cleo };
}

/** What comes of a frame when nobody may be able to open it. */
function trySealing(seat: Seat): Promise<Bytes | undefined> {
  return seat.group.sending.seal('microphone', 'opus', new Uint8Array(60), seat.clock.nowMs());
}

describe('a leaver', () => {
  it('opens nothing that is sealed 4 s or more after its leave was known, and those who stay open everything', async () => {
    const { relay, ada, ben, cleo } = callWithHoarder();
    expect(await outcomeAt(cleo, ada, await sealedBy(ada))).toBe('opened');
    relay.hide(cleo.id, [ada, ben]);
    relay.run(1_000);
    expect(await outcomeAt(cleo, ada, await sealedBy(ada))).toBe('opened'); // a control: she does hold keys
    for (let passed = 1_000; passed < 14_000; passed += 500) {
      relay.run(500);
      const frame = await sealedBy(ada);
      expect(await outcomeAt(ben, ada, frame)).toBe('opened');
      if (passed >= 3_500) expect(await outcomeAt(cleo, ada, frame)).toBe('undecryptable');
    }
  });

  it('is shut out 4 s after its own leave also when others left just before', async () => {
    const { relay, ada, ben, cleo } = callWithHoarder();
    const dan = relay.join('Dan');
    relay.run(5_000);
    relay.leave(dan);
    relay.run(10);
    relay.hide(cleo.id, [ada, ben]);
    relay.run(4_000);
    const frame = await sealedBy(ada);
    expect(await outcomeAt(ben, ada, frame)).toBe('opened');
    expect(await outcomeAt(cleo, ada, frame)).toBe('undecryptable');
  });

  it('cannot send to those who stay for longer than 9 s under a key of somebody else that it knew', async () => {
    const { relay, ada, ben, cleo } = callWithHoarder();
    // As Cleo can make them, too, with the router's help.
    const [first, second] = [await sealedBy(ben), await sealedBy(ben)];
    relay.rule = (delivery) => (delivery.from === ben.id ? [] : [delivery]); // no new key comes instead
    relay.hide(cleo.id, [ada]);
    relay.run(8_900);
    expect(await outcomeAt(ada, ben, first)).toBe('opened');
    relay.run(200);
    expect(await outcomeAt(ada, ben, second)).toBe('undecryptable');
    relay.run(250);
    expect(ada.sees(ben)?.keyHeld).toBe(false);
  });

  it('says bye, so that the others need not wait for the router', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    const keys = known(ada.group.receiving(cleo.id));
    cleo.group.handle({ type: 'leave' });
    relay.deliver();
    expect(ada.sees(cleo)).toBeUndefined();
    expect(ada.group.receiving(cleo.id)).toBeUndefined();
    expect(keys.newest).toBeUndefined();
    expect(ben.sees(cleo)).toBeUndefined();
    expect(cleo.told.at(-1)).toEqual({ type: 'left' });
    expect(cleo.group.receiving(ada.id)).toBeUndefined();
    expect(await trySealing(cleo)).toBeUndefined();
    relay.run(60_000);
    expect(cleo.told.at(-1)).toEqual({ type: 'left' });
  });

  it('does not come back under its id', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, , cleo] = seats;
    relay.hide(cleo.id, [ada]);
    relay.show(cleo.id, [ada]);
    relay.run(10_000);
    expect(ada.sees(cleo)).toBeUndefined();
    expect(ada.group.receiving(cleo.id)).toBeUndefined();
  });

  it('that was never authenticated moves no key', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const before = seats[0].group.sending.current;
    const eve = relay.join('Eve', { callKey: new Uint8Array(32) });
    relay.leave(eve);
    relay.run(5_000);
    expect(seats[0].group.sending.current).toEqual(before);
    expect(seats[0].sees(eve)).toBeUndefined();
  });
});

describe('a hidden leave', () => {
  it('is acted on within 24 s', async () => {
    const { relay, ada, ben, cleo } = callWithHoarder();
    relay.run(100);
    expect(await outcomeAt(cleo, ada, await sealedBy(ada))).toBe('opened');
    relay.vanish(cleo, 'hidden');
    relay.run(19_000);
    expect(await outcomeAt(cleo, ada, await sealedBy(ada))).toBe('opened'); // a control: nothing is known yet
    relay.run(5_000);
    const frame = await sealedBy(ada);
    expect(await outcomeAt(ben, ada, frame)).toBe('opened');
    expect(await outcomeAt(cleo, ada, frame)).toBe('undecryptable');
    for (const seat of [ada, ben]) expect(seat.sees(cleo)).toBeUndefined();
    expect(await ada.code()).toBe(await ben.code());
  });
});

describe('joining anew', () => {
  it('is what all peers falling silent leads to, and all keys are gone by then', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben] = seats;
    const keys = known(ada.group.receiving(ben.id));
    relay.rule = () => [];
    relay.run(15_000);
    expect(ada.wasTold('join-anew')).toBe(false);
    relay.run(6_000);
    expect(ada.told.filter(({ type }) => type === 'join-anew')).toHaveLength(1);
    expect(keys.newest).toBeUndefined();
    expect(await trySealing(ada)).toBeUndefined();
    const count = relay.sent.length;
    ada.group.handle({ type: 'capture', source: 'camera', on: true });
    ada.group.handle({ type: 'relayed', list: relay.sent.filter(({ bytes }) => bytes[0] === 1) });
    new Insider(relay).hello(ada);
    relay.run(10_000);
    expect(ada.told.at(-1)).toEqual({ type: 'join-anew' });
    expect(relay.sent.slice(count).filter(({ from }) => from === ada.id)).toEqual([]);
  });

  it('is not what follows when the others leave, or one of them falls silent', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    capture(ada, 'microphone');
    relay.vanish(cleo, 'hidden');
    relay.run(25_000);
    expect(ada.people.map(({ name }) => name)).toEqual(['Ben']);
    relay.leave(ben);
    relay.run(25_000);
    expect(ada.wasTold('join-anew')).toBe(false);
    expect(ada.agreement).toEqual({ state: 'alone' });
    expect(await trySealing(ada)).toBeUndefined();
  });

  it('is what sleeping for more than 20 s leads to, before anything that came meanwhile is believed', async () => {
    const { relay } = await callOf('Ada', 'Ben');
    const clock = new FakeClock();
    const cleo = relay.join('Cleo', { clock });
    clock.sleep(20_500);
    relay.run(5_000); // rosters come in before any timer of hers
    expect(cleo.wasTold('join-anew')).toBe(true);
    expect(cleo.told.at(-1)).toEqual({ type: 'join-anew' });
  });

  it('is not what a shorter stall leads to, though rosters were waiting all the while', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const clock = new FakeClock();
    const cleo = relay.join('Cleo', { clock });
    relay.run(1_000);
    clock.advance(4_900); // the last roster is that old
    clock.sleep(17_000);
    clock.advance(1);
    relay.run(5_000);
    clock.advance(1_000);
    expect(cleo.wasTold('join-anew')).toBe(false);
    expect(cleo.sees(seats[0])?.standing).toBe('authenticated');
  });
});
