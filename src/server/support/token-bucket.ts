/** Allows a steady rate with bursts. Without a clock of its own: each call says what time it is. */
export class TokenBucket {
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  /** Starts full: `burst` may come at once, then `perSecond`. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#atMs = nowMs;
  }

  /** Takes `cost` out when there is that much, with room for `burst` in all; otherwise takes nothing and says false. */
  take(cost: number, burst: number, nowMs: number): boolean {
    const refilled = this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#left = Math.min(burst, refilled);
    this.#atMs = nowMs;
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }

  /** Milliseconds until it holds `burst` again, if nothing is taken. */
  fullInMs(burst: number): number {
    return Math.max(0, ((burst - this.#left) / this.#perSecond) * 1000);
  }
}
