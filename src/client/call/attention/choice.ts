/** How long what was chosen stays at least, in ms, so that tiles do not flicker. Higher is steadier, lower follows speakers sooner. */
const leastMs = 3_000;

/** Since when each one has been chosen, in ms of the clock. */
export type Choice = ReadonlyMap<string, number>;

/**
 * At most `most` of those in `ranked` (best first). Who was chosen stays until a better one needs the place, and not less
 * than 3 s; the worst that is not among the best goes first.
 */
export function choose(before: Choice, ranked: readonly string[], most: number, nowMs: number): Choice {
  const best = ranked.slice(0, most);
  const staying = ranked.filter((id) => before.has(id)).slice(0, most);
  const chosen = new Map(staying.map((id) => [id, before.get(id) ?? nowMs]));
  for (const id of ranked) if (chosen.size < most && !chosen.has(id)) chosen.set(id, nowMs);
  const leaving = ranked.filter((id) => chosen.has(id) && !best.includes(id)).reverse();
  for (const id of best) {
    if (chosen.has(id)) continue;
    const given = leaving.find((other) => nowMs - (chosen.get(other) ?? nowMs) >= leastMs);
    if (given === undefined) break;
    leaving.splice(leaving.indexOf(given), 1);
    chosen.delete(given);
    chosen.set(id, nowMs);
  }
  return chosen;
}
