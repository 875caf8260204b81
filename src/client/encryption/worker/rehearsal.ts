import { toBase64Url, type Bytes } from '../../../shared/support/bytes.ts';
import type { Clock } from '../../../shared/support/clock.ts';
import { Group } from '../group/group.ts';
import type { OwnPairs } from '../group/self.ts';
import type { FromWorker, Relayed } from '../messages.ts';

/** How many times. Higher has more of it compiled, lower keeps the processor busy for a shorter time, before a join. */
const rounds = 8;

/** No time passes. */
const clock: Clock = { nowMs: () => 0, calendarMs: () => 0, after: () => () => undefined };

/** What a rehearsal needs from outside. */
interface Stage {
  readonly random: (length: number) => Bytes;
  readonly makePairs: () => Promise<OwnPairs>;
}

/**
 * Made-up participants shake hands in calls of their own, so that the browser has compiled what a join takes before somebody
 * waits for it: what it runs for the first time it interprets. Nothing of it leaves the worker.
 */
export async function rehearse(stage: Stage): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await shakeHands(stage);
}

async function shakeHands({ random, makePairs }: Stage): Promise<void> {
  const [first, second] = [toBase64Url(random(16)), toBase64Url(random(16))] as const;
  const [callKey, callId] = [random(32), random(32)];
  const mail: { readonly to: string; readonly relayed: Relayed }[] = [];
  const play = async (participant: string, other: string, others: readonly string[]): Promise<Group> =>
    new Group({
      clock,
      random,
      pairs: await makePairs(),
      deriveCode: () => Promise.resolve(''),
      start: { type: 'start', callKey: callKey.slice(), callId, participant, name: '', others, decodes: ['vp8'] },
      emit: (message) => {
        for (const bytes of bytesOf(message)) mail.push({ to: other, relayed: { from: participant, bytes } });
      },
    });
  const groups = new Map([[first, await play(first, second, [])]]);
  groups.get(first)?.handle({ type: 'participant-joined', participant: second });
  groups.set(second, await play(second, first, [first]));
  for (let next = mail.shift(); next !== undefined; next = mail.shift())
    await groups.get(next.to)?.takeRelays([next.relayed]);
  for (const group of groups.values()) group.leave();
  callKey.fill(0);
}

function bytesOf(message: FromWorker): readonly Bytes[] {
  if (message.type !== 'relay') return [];
  return 'toAll' in message ? [message.toAll] : message.list.map(({ bytes }) => bytes);
}
