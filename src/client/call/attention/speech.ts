/**
 * Root mean square of a quarter of a second, of full scale 1, from which on somebody is taken to speak, and down to which
 * they still do (-40 and -46 dBFS: browsers level speech at about -20 and suppress noise below -60). Higher misses who is soft.
 */
const startLevel = 0.01;
const keepLevel = 0.005;
/** How long sound must last to be speech, in ms: a cough or a key is shorter. */
const startMs = 200;
/** How long a pause between words may be, in ms. */
const pauseMs = 1_000;
/** How long somebody must speak to come to the front, in ms, so that a "yes" between does not. */
const leadMs = 1_000;

/** What was heard of one person, of sound that has not paused. */
export interface Speech {
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** The next look at a level; undefined: silence. Pure: same answers for same levels and times. */
export function hear(before: Speech | undefined, level: number, nowMs: number): Speech | undefined {
  if (level >= (before === undefined ? startLevel : keepLevel))
    return { sinceMs: before?.sinceMs ?? nowMs, lastMs: nowMs };
  return before !== undefined && nowMs - before.lastMs < pauseMs ? before : undefined;
}

export function isSpeaking(speech: Speech | undefined): boolean {
  return speech !== undefined && speech.lastMs - speech.sinceMs >= startMs;
}

/** Whether somebody has spoken for long enough to come before those who do not speak. */
export function leads(speech: Speech | undefined): boolean {
  return speech !== undefined && speech.lastMs - speech.sinceMs >= leadMs;
}

/**
 * The ids of `present` (in order of joining): who speaks first, then who spoke last, then who has not spoken. Steady: nobody overtakes
 * a speaker who goes on, and those who do not speak keep their order. The same array as `before` when nothing changed.
 */
export function rank(
  before: readonly string[],
  present: readonly string[],
  speaks: (id: string) => boolean,
): readonly string[] {
  const here = new Set(present);
  const known = before.filter((id) => here.delete(id));
  const all = [...known, ...here];
  const ranked = [...all.filter(speaks), ...all.filter((id) => !speaks(id))];
  return ranked.length === before.length && ranked.every((id, index) => id === before[index]) ? before : ranked;
}
