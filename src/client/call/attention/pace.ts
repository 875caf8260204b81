import type { Clock } from '../../../shared/support/clock.ts';

/** How many changes of subscriptions go out at once: a page full of pictures. */
const burst = 10;
/** How many a second after that. Higher follows restless layouts more closely, at the router's cost. */
const perSecond = 5;

/** Spreads the changes of all subscriptions; those that wait are gathered into one for each stream. */
export class RequestPace {
  readonly #clock: Clock;
  /** When all who have asked so far will have had their turn, in ms of the clock. */
  #freeMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is one's turn, in the order of asking. */
  async turn(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const gapMs = 1_000 / perSecond;
    this.#freeMs = Math.max(this.#freeMs, nowMs - burst * gapMs) + gapMs;
    const waitMs = this.#freeMs - nowMs;
    if (waitMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#clock.after(waitMs, () => {
      resolve(undefined);
    });
    await promise;
  }
}
