import { describe, expect, it } from 'vitest';
import { FakeRelay, type Seat } from '../../support/fake-relay.ts';
import { capture } from './frames.ts';

/** Ada and so many others, who know Ada but not each other: that is enough to make the call a large one for Ada. */
function callOfAdaAnd(others: number): { relay: FakeRelay; ada: Seat; ben: Seat } {
  const relay = new FakeRelay();
  const ada = relay.join('Ada');
  relay.rule = (delivery) => (delivery.from === ada.id || delivery.to === ada.id ? [delivery] : []);
  const [ben] = Array.from({ length: others }, (_, index) => relay.join(`Other ${index}`));
  if (ben === undefined) throw new Error('nobody');
  return { relay, ada, ben };
}

/** When, to whom and how long the broadcasts are that Ada sends in 10 s: all that the router sees of them. */
function seenOf({ relay, ada }: { relay: FakeRelay; ada: Seat }, each: (second: number) => void): string[] {
  const seen: string[] = [];
  const begun = relay.clock.nowMs();
  for (let second = 0; second < 10; second += 1) {
    each(second);
    for (let step = 0; step < 20; step += 1) {
      const from = relay.relays.length;
      relay.run(50);
      for (const { from: sender, message } of relay.relays.slice(from))
        if (sender === ada.id && message.type === 'relay' && 'toAll' in message)
          seen.push(`${relay.clock.nowMs() - begun} ms, ${message.toAll.length} bytes`);
    }
  }
  return seen;
}

describe('speaking', () => {
  it('is not told in a call of 40, nor by whoever has no microphone on', () => {
    const small = callOfAdaAnd(39);
    capture(small.ada, 'microphone');
    small.relay.deliver();
    const level = (seat: Seat) => () => {
      seat.group.handle({ type: 'level', level: 0.5 });
    };
    expect(seenOf(small, level(small.ada))).toEqual([]);
    const large = callOfAdaAnd(40);
    expect(seenOf(large, level(large.ada))).toEqual([]);
  });

  it('is told once a second in a larger one, the same to the router whether one is loud, silent or muted, or all in turn', () => {
    const views = [
      () => ({ level: 0.5, muted: false }),
      () => ({ level: 0, muted: false }),
      () => ({ level: 0.5, muted: true }),
      (second: number) => ({ level: second % 3, muted: second % 2 === 0 }),
    ].map((say) => {
      const call = callOfAdaAnd(40);
      capture(call.ada, 'microphone');
      call.relay.deliver();
      return seenOf(call, (second) => {
        const { level, muted } = say(second);
        call.ada.group.handle({ type: 'mute', muted });
        call.ada.group.handle({ type: 'level', level });
      });
    });
    expect(views[0]).toHaveLength(10);
    for (const view of views) expect(view).toEqual(views[0]);
  });

  it('says how loud one was at the loudest since the last time; muted, nothing', () => {
    const { relay, ada, ben } = callOfAdaAnd(40);
    capture(ada, 'microphone');
    const heard = () => ben.told.flatMap((told) => (told.type === 'level' ? [[told.participant, told.level]] : []));
    relay.run(1_000);
    for (const level of [0.2, 0.6, 0.4]) ada.group.handle({ type: 'level', level });
    relay.run(1_000);
    expect(heard().at(-1)).toEqual([ada.id, 0.6]);
    ada.group.handle({ type: 'mute', muted: true });
    ada.group.handle({ type: 'level', level: 0.6 });
    relay.run(1_000);
    expect(heard().at(-1)).toEqual([ada.id, 0]);
  });
});
