/** How long no new frame may come before a picture counts as standing still, in ms: a screen shared at 5 frames/s is not. */
const stillMs = 500;

/** How a video stood still up to one look at it. */
export interface Freezes {
  readonly count: number;
  readonly seconds: number;
  /** As of the last look. */
  readonly frames: number;
  /** When a new frame was seen last, in ms of the clock. */
  readonly movedAtMs: number;
  /** How long it has been seen to stand still since, in ms; below `stillMs` it counts for nothing. */
  readonly stillForMs: number;
  /** There was a time in which none was to come. */
  readonly excused: boolean;
}

export const noFreezes: Freezes = { count: 0, seconds: 0, frames: 0, movedAtMs: 0, stillForMs: 0, excused: false };

/** The next look at a video of which nothing is to come at the moment: whatever time passes does not count. Pure. */
export function lookAside(before: Freezes, framesDecoded: number, nowMs: number): Freezes {
  return { ...before, frames: framesDecoded, movedAtMs: nowMs, stillForMs: 0, excused: true };
}

/**
 * The next look at a video. What it counts is certain, and less than the truth by up to the time between two looks.
 * Before its first frame a video is not frozen. Pure.
 */
export function lookForFreeze(before: Freezes, framesDecoded: number, nowMs: number): Freezes {
  if (framesDecoded !== before.frames) return { ...before, frames: framesDecoded, movedAtMs: nowMs, stillForMs: 0 };
  if (framesDecoded === 0) return before;
  const stillForMs = nowMs - before.movedAtMs;
  if (stillForMs < stillMs) return { ...before, stillForMs };
  const known = before.stillForMs < stillMs ? 0 : before.stillForMs;
  return {
    ...before,
    count: before.count + (known === 0 ? 1 : 0),
    seconds: before.seconds + (stillForMs - known) / 1_000,
    stillForMs,
  };
}
