import { describe, expect, it } from 'vitest';
import { sealBroadcast } from '../../../src/client/encryption/group/broadcast.ts';
import { encodeCapture, type Capture } from '../../../src/client/encryption/group/capture.ts';
import { kidOf } from '../../../src/client/encryption/keys/derive.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { random, type Delivery, type Seat } from '../../support/fake-relay.ts';
import { known } from '../../support/insider.ts';
import { callOf } from './calls.ts';
import { capture, outcomeAt, sealedBy } from './frames.ts';

const off = { on: [], muted: false, decodes: ['vp8'] } as const;

describe('capture', () => {
  it('is known to those who are there, and to those who come later', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    capture(ada, 'microphone');
    relay.deliver();
    expect(ben.sees(ada)?.capturing).toEqual(['microphone', 'camera']);
    const cleo = relay.join('Cleo');
    expect(cleo.sees(ada)?.capturing).toEqual(['microphone', 'camera']);
    capture(ada, 'microphone', false);
    relay.deliver();
    expect(cleo.sees(ada)?.capturing).toEqual(['camera']);
  });

  it('decides what is opened: a source that is off renders nothing, nor one served as another, or as somebody else’s', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    for (const seat of [ada, ben]) capture(seat, 'microphone');
    capture(ada, 'camera');
    relay.deliver();
    const camera = await sealedBy(ada, 'camera');
    const microphone = await sealedBy(ada, 'microphone');
    expect(await outcomeAt(cleo, ada, camera, 'screen')).toBe('not-capturing');
    expect(await outcomeAt(cleo, ben, microphone, 'microphone')).toBe('undecryptable');
    capture(ada, 'screen');
    relay.deliver();
    expect(await outcomeAt(cleo, ada, camera, 'screen')).toBe('undecryptable');
    expect(await outcomeAt(cleo, ada, camera, 'camera')).toBe('opened');
    capture(ada, 'microphone', false);
    relay.deliver();
    expect(await outcomeAt(cleo, ada, microphone, 'microphone')).toBe('not-capturing');
  });

  it('reaches everybody within a roster interval when its broadcast was dropped', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    relay.rule = (delivery) => (delivery.bytes[0] === 3 ? [] : [delivery]);
    capture(ada, 'camera');
    relay.deliver();
    expect(ben.sees(ada)?.capturing).toEqual([]);
    relay.run(5_000);
    expect(ben.sees(ada)?.capturing).toEqual(['camera']);
  });

  it('is not set back by a broadcast that comes again, late, or under another name', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    const held: Delivery[] = [];
    relay.rule = (delivery) => {
      if (delivery.bytes[0] !== 3) return [delivery];
      held.push(delivery);
      return [];
    };
    for (const on of [true, false]) capture(ada, 'camera', on);
    const [first, second] = held.filter(({ to }) => to === ben.id);
    relay.inject(known(second));
    relay.inject(known(first));
    relay.inject(known(first));
    expect(ben.sees(ada)?.capturing).toEqual([]);
    relay.inject({ ...known(first), from: cleo.id });
    expect(ben.sees(cleo)?.capturing).toEqual([]);
  });

  it('is taken from a broadcast only with a greater counter and a later change', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben] = seats;
    capture(ada, 'camera');
    capture(ada, 'microphone'); // counter 2, change 2
    relay.deliver();
    const both = ben.sees(ada)?.capturing;
    for (const [counter, change] of [
      [2, 3],
      [3, 2],
    ] as const) {
      relay.inject({ from: ada.id, to: ben.id, bytes: forgedBroadcast(ada, seats[2], counter, { change, ...off }) });
      expect(ben.sees(ada)?.capturing).toEqual(both);
    }
    relay.inject({ from: ada.id, to: ben.id, bytes: forgedBroadcast(ada, seats[2], 4, { change: 3, ...off }) });
    expect(ben.sees(ada)?.capturing).toEqual([]); // a control
  });

  it('that another participant forged is set right by the next roster, however high it counted', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = seats;
    const state = { change: 2 ** 32 - 1, on: ['camera'], muted: false, decodes: ['vp8'] } as const;
    const bytes = forgedBroadcast(ada, cleo, Number.MAX_SAFE_INTEGER, state);
    relay.inject({ from: ada.id, to: ben.id, bytes });
    expect(ben.sees(ada)?.capturing).toEqual(['camera']); // what the document says such a key allows
    relay.run(5_000);
    expect(ben.sees(ada)?.capturing).toEqual([]);
    capture(ada, 'microphone');
    relay.run(5_000);
    expect(ben.sees(ada)?.capturing).toEqual(['microphone']);
  });
});

describe('a microphone that is muted', () => {
  const mute = (seat: Seat, muted: boolean): void => {
    seat.group.handle({ type: 'mute', muted });
  };

  it('is on, says so with the next roster and to whoever comes, and with no message of its own', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    capture(ada, 'microphone');
    relay.run(5_000);
    const sent = relay.sent.length;
    mute(ada, true);
    relay.deliver();
    expect(relay.sent.length).toBe(sent);
    expect(ben.sees(ada)).toMatchObject({ capturing: ['microphone'], muted: false });
    const cleo = relay.join('Cleo');
    expect(cleo.sees(ada)).toMatchObject({ capturing: ['microphone'], muted: true });
    relay.run(5_000);
    expect(ben.sees(ada)?.muted).toBe(true);
    mute(ada, false);
    relay.run(5_000);
    expect(ben.sees(ada)).toMatchObject({ capturing: ['microphone'], muted: false });
  });

  it('is known at once from its frames', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const [ada, ben] = seats;
    ben.group.heard(ada.id, true); // its microphone is off: nothing of it opens, and this never comes
    expect(ben.sees(ada)?.muted).toBe(false);
    capture(ada, 'microphone');
    relay.deliver();
    ben.group.heard(ada.id, true);
    expect(ben.sees(ada)?.muted).toBe(true);
    ben.group.heard(ada.id, false);
    expect(ben.sees(ada)?.muted).toBe(false);
  });
});

/** A broadcast of `victim` that `forger` makes, who holds its media key. */
function forgedBroadcast(victim: Seat, forger: Seat, counter: number, state: Capture): Bytes {
  const { chain, step } = victim.group.sending.current;
  const kid = kidOf(chain, step);
  const keys = known(forger.group.receiving(victim.id));
  const key = known(keys.broadcastKey(kid, counter, forger.clock.nowMs()));
  return sealBroadcast({ kid, counter, nonce: random(24) }, key, 'capture', encodeCapture(state));
}
