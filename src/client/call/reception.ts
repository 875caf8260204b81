import type { StreamStatistics } from '../encryption/messages.ts';

/** How long frames may come and not open before that is said, in ms: a rekeying may take a moment. */
const failingMs = 2_000;

/** How long frames may open of which none is decoded before a key frame is asked for, in ms. Browsers ask by themselves after 3 s. */
const stuckMs = 1_000;

/** What is known of a stream's frames at one moment; counts since the stream began. */
export interface Counts {
  /** Decoded frames, or audio samples that were not made up. */
  readonly decoded: number;
  readonly opened: number;
  readonly undecryptable: number;
}

/** How the frames of a stream fare, as of the last look. */
export interface Reception {
  readonly state: 'waiting' | 'on' | 'undecryptable';
  readonly counts: Counts;
  /** Since when frames have come and not one opened, in ms of the clock. */
  readonly failingSinceMs: number | undefined;
  /** Since when frames have opened and not one was decoded, in ms of the clock. */
  readonly stuckSinceMs: number | undefined;
  /** When the first frame or sample was seen decoded, in ms of the clock. */
  readonly firstFrameAtMs: number | undefined;
}

export const noReception: Reception = {
  state: 'waiting',
  counts: { decoded: 0, opened: 0, undecryptable: 0 },
  failingSinceMs: undefined,
  stuckSinceMs: undefined,
  firstFrameAtMs: undefined,
};

/** The next look at a stream. Pure: same answers for same counts and times. */
export function look(before: Reception, counts: Counts, nowMs: number): Reception {
  const decoding = counts.decoded > before.counts.decoded;
  const opening = counts.opened > before.counts.opened;
  const failing = counts.undecryptable > before.counts.undecryptable;
  const failingSinceMs = opening ? undefined : failing ? (before.failingSinceMs ?? nowMs) : before.failingSinceMs;
  const failed = failingSinceMs !== undefined && nowMs - failingSinceMs >= failingMs;
  return {
    state: failed
      ? 'undecryptable'
      : decoding
        ? 'on'
        : before.state === 'undecryptable' && opening
          ? 'waiting'
          : before.state,
    counts,
    failingSinceMs,
    stuckSinceMs: opening && !decoding ? (before.stuckSinceMs ?? nowMs) : undefined,
    firstFrameAtMs: before.firstFrameAtMs ?? (decoding ? nowMs : undefined),
  };
}

/** Whether its decoder waits for a key frame: what it misses is lost for good. */
export function isStuck({ stuckSinceMs }: Reception, nowMs: number): boolean {
  return stuckSinceMs !== undefined && nowMs - stuckSinceMs >= stuckMs;
}

/** The counts of one stream out of the browser's and the worker's numbers. */
export function countsOf(stats: RTCInboundRtpStreamStats | undefined, sealed: StreamStatistics | undefined): Counts {
  return {
    decoded:
      stats?.kind === 'audio'
        ? (stats.totalSamplesReceived ?? 0) - (stats.concealedSamples ?? 0)
        : (stats?.framesDecoded ?? 0),
    opened: sealed?.opened ?? 0,
    undecryptable: sealed?.undecryptable ?? 0,
  };
}
