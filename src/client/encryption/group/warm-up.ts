import { toBase64Url, type Bytes } from '../../../shared/support/bytes.ts';
import { callKeyLength } from '../call-key/derivations.ts';
import { Group, type GroupInput } from './group.ts';

const idLength = 16;

/**
 * Has two made-up participants shake hands in a made-up call, so that the code of a handshake is compiled when the first
 * real one comes: that one takes a tenth of the time then (measured), and whoever joins many has many at once. Everything of
 * the two is overwritten before this returns. Answers whether each came to hold the other's key, as they should.
 */
export function warmUp({ clock, random }: Pick<GroupInput, 'clock' | 'random'>): boolean {
  const callKey = random(callKeyLength);
  const relays: { readonly from: string; readonly to: string; readonly bytes: Bytes }[] = [];
  const join = (from: string, to: string, others: string[]): Group =>
    new Group({
      clock,
      random,
      deriveCode: () => new Promise(() => undefined), // it takes long, natively
      start: { type: 'start', callKey: callKey.slice(), participant: from, name: 'Nobody', others, decodes: ['vp8'] },
      emit: (message) => {
        if (message.type !== 'relay') return;
        const all = 'toAll' in message ? [message.toAll] : message.list.map(({ bytes }) => bytes);
        for (const bytes of all) relays.push({ from, to, bytes });
      },
    });
  const [early, late] = [toBase64Url(random(idLength)), toBase64Url(random(idLength))];
  const first = join(early, late, []);
  const second = join(late, early, [early]);
  callKey.fill(0);
  first.handle({ type: 'participant-joined', participant: late });
  const groups = { [early]: first, [late]: second };
  for (const { from, to, bytes } of relays) groups[to]?.handle({ type: 'relayed', list: [{ from, bytes }] }); // also what is added meanwhile
  const held = [first.receiving(late), second.receiving(early)].every((keys) => keys?.newest !== undefined);
  first.leave();
  second.leave();
  return held;
}
