import type { Happening, KeyInUse } from '../observed.ts';

/** After somebody came or left: how long until a receiver opened a frame of a sender under a key that is new since. */
export interface Rekey {
  readonly why: 'join' | 'leave';
  /** Who came or left, and when. */
  readonly who: number;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  /** From the click on Join or Leave; null: never while both were in the call. */
  readonly afterMs: number | null;
}

/**
 * For each pair that was in the call then. A leave asks for a new chain, which its leaver never had; a join for a new step or a new
 * chain, and between the one who came and the others for the first key at all. Pairs that were still getting to know each other
 * when somebody else came or left are left out: their first key says nothing of it.
 */
export function rekeysOf(happenings: readonly Happening[], keys: readonly KeyInUse[]): Rekey[] {
  const changes = happenings.filter(({ does }) => does === 'join' || does === 'leave');
  const present = new Set<number>();
  return changes.flatMap(({ who, does, atMs }, index): Rekey[] => {
    if (does === 'join') present.add(who);
    else present.delete(who);
    const why = does === 'join' ? 'join' : 'leave';
    return pairsOf(present).flatMap(({ from, to }): Rekey[] => {
      const end = changes.slice(index + 1).find((change) => change.who === from || change.who === to);
      const held = keys.filter((key) => key.from === from && key.to === to && key.atMs < (end?.atMs ?? Infinity));
      const before = held.filter((key) => key.atMs < atMs);
      if (before.length === 0 && from !== who && to !== who) return [];
      const chain = Math.max(0, ...before.map((key) => key.chain));
      const times = held
        .filter((key) => key.atMs >= atMs && (why === 'join' || key.chain > chain))
        .map((key) => key.atMs);
      return [{ why, who, atMs, from, to, afterMs: times.length === 0 ? null : Math.min(...times) - atMs }];
    });
  });
}

function pairsOf(present: ReadonlySet<number>): { from: number; to: number }[] {
  return [...present].flatMap((to) => [...present].filter((from) => from !== to).map((from) => ({ from, to })));
}
