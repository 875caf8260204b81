/** What one direction of a line does to packets. Shares are from 0 to 1. */
export interface Line {
  /** On the way at least, in ms. */
  readonly delayMs: number;
  /** Mean of what comes on top, in ms, changing every 20 ms, so that packets bunch up and stay in order. */
  readonly jitterMs: number;
  /** Share of packets that are late by themselves, by 10 ms in the mean, and are overtaken by those behind. */
  readonly reordering: number;
  /** Share of packets lost, each for itself. */
  readonly loss: number;
  /**
   * Losses that come together, after Gilbert and Elliott: the line is good or bad, changes at a packet with a probability,
   * and loses a share while it is bad. Undefined: none.
   */
  readonly bursts: { readonly toBad: number; readonly toGood: number; readonly loss: number } | undefined;
  /** Share of packets that arrive twice. */
  readonly duplication: number;
  /**
   * The narrowest place, and the queue in front of it: what finds it longer than either of its limits is dropped. Undefined:
   * wide enough for anything.
   */
  readonly bottleneck:
    { readonly bitsPerSecond: number; readonly queueMs: number; readonly queueBytes: number } | undefined;
  /** Nothing passes. */
  readonly cut: boolean;
}

/** A line that is otherwise for a while, once or again and again. Times count from the start of the measuring. */
export interface Change {
  readonly fromMs: number;
  readonly forMs: number;
  /** From one beginning to the next; undefined: once. */
  readonly everyMs?: number;
  readonly up?: Partial<Line>;
  readonly down?: Partial<Line>;
}

/** How somebody is connected. `up`: from the participant to the router. */
export interface Profile {
  /** What it stands for and where its numbers come from, in one line. */
  readonly about: string;
  readonly up: Line;
  readonly down: Line;
  /** Where several are due at once, the last of them counts. */
  readonly changes: readonly Change[];
  /** The share of the time, at most, that a video over this line may stand still; more is a fault. */
  readonly freezeShare: number;
}

export type Direction = 'up' | 'down';

/** A profile at work: which line there is at which time. */
export class Timetable {
  readonly #base: Line;
  readonly #changes: readonly { readonly when: Change; readonly line: Line }[];
  readonly #startMs: number;

  /** `startMs`: when the times of its changes begin, in ms of the clock. */
  constructor(profile: Profile, direction: Direction, startMs: number) {
    this.#base = profile[direction];
    this.#startMs = startMs;
    this.#changes = profile.changes.map((when) => ({ when, line: { ...this.#base, ...when[direction] } }));
  }

  at(nowMs: number): Line {
    const change = this.#changes.findLast(({ when }) => beganMs(when, nowMs - this.#startMs) !== undefined);
    return change?.line ?? this.#base;
  }

  /** When something passes again: `nowMs` unless the line is cut. */
  passesFromMs(nowMs: number): number {
    let atMs = nowMs;
    for (const { when, line } of this.#changes) {
      const began = beganMs(when, atMs - this.#startMs);
      if (line.cut && began !== undefined) atMs = this.#startMs + began + when.forMs;
    }
    return atMs;
  }
}

/** When the change that is on at `ms` began; undefined while it is not on. */
function beganMs({ fromMs, forMs, everyMs = Infinity }: Change, ms: number): number | undefined {
  if (ms < fromMs) return undefined;
  const began = everyMs === Infinity ? fromMs : ms - ((ms - fromMs) % everyMs);
  return ms < began + forMs ? began : undefined;
}

/** When nothing passes in the first `seconds` of a profile, in ms. */
export function cutsOf({ changes }: Profile, seconds: number): { fromMs: number; toMs: number }[] {
  const cuts: { fromMs: number; toMs: number }[] = [];
  for (const { up, down, fromMs, forMs, everyMs = Infinity } of changes)
    if (up?.cut === true || down?.cut === true)
      for (let at = fromMs; at < seconds * 1_000; at += everyMs) cuts.push({ fromMs: at, toMs: at + forMs });
  return cuts.toSorted((a, b) => a.fromMs - b.fromMs);
}
