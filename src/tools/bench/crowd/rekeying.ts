import type { CrowdMember } from '../../peers/crowd-member.ts';

/** Between two looks at the keys of everybody, in ms. */
const betweenLooksMs = 10;
/** How long new keys may take, in ms, on the slowest machine. */
const givenUpMs = 30_000;

/** When the keys of everybody in a crowd were replaced after a leave, in ms since it. */
export interface Rekeyed {
  /** For each receiver, when it held a new key of every sender. */
  readonly held: readonly number[];
  /** For each sender, when it sealed under a new key. */
  readonly sealed: readonly number[];
}

/** Has `leave` happen and waits until every one of the `rest` holds, and seals under, keys that whoever left never had. */
export async function rekeying(rest: readonly CrowdMember[], leave: () => Promise<void>): Promise<Rekeyed> {
  const chainOf = (receiver: CrowdMember, sender: CrowdMember): number =>
    receiver.participant.group.receiving(sender.participant.id)?.newest?.chain ?? 0;
  const sealing = rest.map(({ participant }) => participant.group.sending.current.chain);
  const startMs = performance.now();
  await leave();
  const held = new Map<CrowdMember, number>();
  const sealed = new Map<CrowdMember, number>();
  while (held.size < rest.length || sealed.size < rest.length) {
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
    const sinceMs = performance.now() - startMs;
    if (sinceMs > givenUpMs)
      throw new Error(`${rest.length} stayed: ${held.size} held new keys of all, ${sealed.size} sealed under new ones`);
    for (const [index, one] of rest.entries()) {
      if (!sealed.has(one) && one.participant.group.sending.current.chain > (sealing[index] ?? 0))
        sealed.set(one, sinceMs);
      const hasAll = (): boolean =>
        rest.every((other, at) => other === one || chainOf(one, other) > (sealing[at] ?? 0));
      if (!held.has(one) && hasAll()) held.set(one, sinceMs);
    }
  }
  return { held: [...held.values()], sealed: [...sealed.values()] };
}
