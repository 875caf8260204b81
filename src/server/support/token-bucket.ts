/** Allows a steady rate with bursts. Without a clock of its own: each call says what time it is. */
export class TokenBucket {
  readonly #perSecond: number;
  #burst: number;
  #left: number;
  #atMs: number;

  /** Starts full: `burst` may come at once, then `perSecond`. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#atMs = nowMs;
  }

  /**
   * Takes `cost` out when there is that much, with room for `burst` in all; otherwise takes nothing and says false.
   * A burst that has grown since the last time may be used at once.
   */
  take(cost: number, burst: number, nowMs: number): boolean {
    this.#left = this.leftAt(burst, nowMs);
    this.#burst = burst;
    this.#atMs = nowMs;
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }

  /** How much could be taken now, with room for `burst` in all. */
  leftAt(burst: number, nowMs: number): number {
    const grown = Math.max(0, burst - this.#burst);
    return Math.min(burst, this.#left + grown + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
  }

  /** Milliseconds until it is full again, if nothing is taken. */
  get fullInMs(): number {
    return Math.max(0, ((this.#burst - this.#left) / this.#perSecond) * 1000);
  }
}
