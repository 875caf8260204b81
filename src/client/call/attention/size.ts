import type { Params } from '../../../shared/protocol/requests.ts';

/** What is asked for of a video (PROTOCOL 7, `subscription.set`): lines of height in pixels, frames a second. */
export type Size = NonNullable<Params<'subscription.set'>['wanted']>;

const steps: readonly Size['height'][] = [90, 180, 360, 720, 1080];
/** By how much a camera's picture may be enlarged on the screen. Higher saves everybody bitrate; lower is sharper. */
const enlargement = 4 / 3;
/** Up to which height, in pixels, a camera is a small picture, of which half the frames are enough. */
const smallHeight = 180;

/** How long a picture must have been smaller on the screen before less is asked for, in ms: layouts change back and forth. */
const lowerAfterMs = 2_000;
/** How long it must have been out of sight before it is given up, in ms: to begin anew costs a negotiation and a key frame. */
const endAfterMs = 5_000;

/** What fits a picture that is `lines` pixels high on the screen. Screens are shown for their text: those are never enlarged. */
export function sizeFor(lines: number, source: 'camera' | 'screen'): Size {
  const least = source === 'screen' ? lines : lines / enlargement;
  const height = steps.find((step) => step >= least) ?? 1080;
  return { height, framesPerSecond: source === 'camera' && height <= smallHeight ? 15 : 30 };
}

/** What is asked for of one video, and since when less would do. */
export interface Held {
  /** Undefined: nothing. */
  readonly size: Size | undefined;
  readonly lessSinceMs: number | undefined;
}

export const nothing: Held = { size: undefined, lessSinceMs: undefined };

/** A video that has just opened: asked for at once, as small as can be, in the hope that it will soon be seen. */
export function beginning(nowMs: number): Held {
  return { size: sizeFor(0, 'camera'), lessSinceMs: nowMs };
}

/** Follows what fits now (undefined: out of sight): upwards at once, downwards when it has stayed so for a while. */
export function follow({ size, lessSinceMs }: Held, fits: Size | undefined, nowMs: number): Held {
  if ((fits?.height ?? 0) >= (size?.height ?? 0)) return { size: fits, lessSinceMs: undefined };
  const sinceMs = lessSinceMs ?? nowMs;
  const waitMs = fits === undefined ? endAfterMs : lowerAfterMs;
  return nowMs - sinceMs >= waitMs ? { size: fits, lessSinceMs: undefined } : { size, lessSinceMs: sinceMs };
}

/** Which bitrate is served first when the line is short: the larger the picture, the more it is looked at. Never who speaks. */
export function priorityOf({ height }: Size, source: 'camera' | 'screen'): number {
  return (source === 'screen' ? 150 : 100) + steps.indexOf(height);
}
