import { OwnRouter } from '../../call/own-router.ts';
import type { CrowdMember } from '../../peers/crowd-member.ts';
import type { Recording } from '../../peers/recording.ts';
import { Crowd } from '../crowd/crowd.ts';
import { rekeying, type Rekeyed } from '../crowd/rekeying.ts';
import { watchMachine, type Machine } from '../machine.ts';
import { rounded, spreadOf, type Spread } from '../statistics.ts';

/** A packet of sound with nothing in it that matters: the keys are what is looked at. */
const recording: Recording = { sound: [new Uint8Array(80).fill(4)], picture: [] };

/** After somebody left, and so many stayed, in ms since then. */
interface RekeyTimes {
  readonly staying: number;
  readonly tries: number;
  /** The last receiver holds a new key of every sender. */
  readonly heldMs: Spread;
  /** The last sender seals under a new key. */
  readonly sealedMs: Spread;
  /** The last receiver has opened a frame that was sealed under a new key, each of one sender's sound. */
  readonly openedMs: Spread;
}

interface Seen {
  readonly rekeyed: Rekeyed;
  readonly openedMs: number;
}

export interface RekeyReport {
  readonly rekeys: readonly RekeyTimes[];
  readonly machine: Machine;
}

/** Has one after the other come into calls of participants without browsers that all send sound, and leave. */
export async function measureRekeys(options: {
  readonly sizes: readonly number[];
  readonly tries: number;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}): Promise<RekeyReport> {
  const { sizes, tries, progress, signal } = options;
  const machine = await watchMachine();
  await using router = await OwnRouter.start({ participantLimit: Math.max(...sizes) + 1 });
  const rekeys: RekeyTimes[] = [];
  for (const [index, size] of sizes.entries()) {
    progress(`Gathering ${size} in a call`);
    await using crowd = await Crowd.at(router.url, `127.${62 + index}`);
    await crowd.grow(size);
    await crowd.speak(recording);
    const ears = await listen(crowd.members);
    const seen: Seen[] = [];
    for (let number = 0; number < tries; number += 1) {
      signal.throwIfAborted();
      progress(`One more comes and leaves, ${number + 1} of ${tries}`);
      await crowd.grow(1);
      seen.push(await leaveOnce(crowd, ears));
    }
    rekeys.push({
      staying: size,
      tries,
      heldMs: spread(seen.map(({ rekeyed }) => Math.max(...rekeyed.held))),
      sealedMs: spread(seen.map(({ rekeyed }) => Math.max(...rekeyed.sealed))),
      openedMs: spread(seen.map(({ openedMs }) => openedMs)),
    });
  }
  return { rekeys, machine: await machine() };
}

/** Has each hear the sound of the one before, all the time. Each answer resolves with the next frame's chain. */
async function listen(members: readonly CrowdMember[]): Promise<readonly (() => Promise<number>)[]> {
  return Promise.all(
    members.map((member, index) => {
      const before = members.at(index - 1);
      if (before === undefined) throw new Error('nobody is there');
      return member.hear(before);
    }),
  );
}

/** The one who came last leaves, whom nobody listens to. */
async function leaveOnce(crowd: Crowd, ears: readonly (() => Promise<number>)[]): Promise<Seen> {
  const leaver = crowd.members.pop();
  if (leaver === undefined) throw new Error('nobody is there');
  const startMs = performance.now();
  const opening = ears.map(async (next) => {
    const before = await next();
    while ((await next()) <= before);
    return performance.now() - startMs;
  });
  const rekeyed = await rekeying(crowd.members, () => leaver.leave());
  return { rekeyed, openedMs: Math.max(...(await Promise.all(opening))) };
}

function spread(values: readonly number[]): Spread {
  const { min, median, max } = spreadOf(values);
  return { min: rounded(min, 0), median: rounded(median, 0), max: rounded(max, 0) };
}
