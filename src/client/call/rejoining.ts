import type { Clock } from '../../shared/support/clock.ts';
import type { SessionEnd } from './session.ts';

/** Before each attempt, at most this long, in ms. Their sum is how long a lost call tries to come back. */
const delaysMs = [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000];
/** A session that lasted this long, in ms, proves that joining works: the next loss is a new one. */
const provenMs = 30_000;

/** What another attempt cannot change. */
const final: ReadonlySet<SessionEnd> = new Set<SessionEnd>([
  'left',
  'aborted',
  'router-not-pinned',
  'version-unknown',
  'not-https',
  'token-needed',
  'token-refused',
  'issuer-refused',
]);

/** Decides whether and when a call that lost its session joins anew: sooner first, then later, in the end not at all. */
export class Rejoining {
  readonly #clock: Clock;
  readonly #random: () => number;
  #attempts = 0;
  #joinedAtMs: number | undefined;

  /** `random` from 0 to 1: spreads those who lost the same router at the same moment. */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  joined(): void {
    this.#joinedAtMs = this.#clock.nowMs();
  }

  /** Resolves when the next attempt is due, with true; with false when there is to be none. */
  async mayTry(failure: SessionEnd, signal: AbortSignal): Promise<boolean> {
    const joinedAtMs = this.#joinedAtMs;
    this.#joinedAtMs = undefined;
    if (joinedAtMs !== undefined && this.#clock.nowMs() - joinedAtMs >= provenMs) this.#attempts = 0;
    const delayMs = delaysMs[this.#attempts];
    if (delayMs === undefined || final.has(failure) || signal.aborted) return false;
    this.#attempts += 1;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const stopTimer = this.#clock.after(delayMs * (0.5 + this.#random() / 2), () => {
      resolve(true);
    });
    signal.addEventListener(
      'abort',
      () => {
        stopTimer();
        resolve(false);
      },
      { once: true },
    );
    return promise;
  }
}
