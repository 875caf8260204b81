import type { Happening, KeyInUse } from '../observed.ts';

/** After somebody came or left: how long until a receiver opened a frame of a sender under its new key. */
export interface Rekey {
  readonly why: 'join' | 'leave';
  /** Who came or left, and when. */
  readonly who: number;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  /** From the click on Join or Leave; null: never, before the next change or the end. */
  readonly afterMs: number | null;
}

/**
 * For each pair that was in the call. A leave asks for a new chain, which its leaver never had; a join for a new step, or a new
 * chain, and between the one who came and the others for the first key at all.
 */
export function rekeysOf(happenings: readonly Happening[], keys: readonly KeyInUse[]): Rekey[] {
  const changes = happenings.filter(({ does }) => does === 'join' || does === 'leave');
  const present = new Set<number>();
  return changes.flatMap(({ who, does, atMs }, index): Rekey[] => {
    if (does === 'join') present.add(who);
    else present.delete(who);
    const why = does === 'join' ? 'join' : 'leave';
    const untilMs = changes[index + 1]?.atMs ?? Infinity;
    return [...present].flatMap((to) =>
      [...present]
        .filter((from) => from !== to)
        .map((from): Rekey => {
          const between = keys.filter((key) => key.from === from && key.to === to);
          const chain = Math.max(0, ...between.filter((key) => key.atMs < atMs).map((key) => key.chain));
          const isNew = (key: KeyInUse): boolean =>
            key.atMs >= atMs && key.atMs < untilMs && (why === 'join' || key.chain > chain);
          const first = between.filter(isNew).toSorted((a, b) => a.atMs - b.atMs)[0];
          return { why, who, atMs, from, to, afterMs: first === undefined ? null : first.atMs - atMs };
        }),
    );
  });
}
