/** What the engine thinks of a receiver's line, in bits a second: what it carries, and what all of its videos would take. */
export interface Estimate {
  readonly availableBitrate: number;
  readonly desiredBitrate: number;
}

/** So far must an estimate fall at once to be a drop: what the engine itself takes for one. */
const drop = 0.75;
/** And so far must it have come back, of what it was or of what is needed. Higher waits for more certainty. */
const recovered = 0.85;
/** How long the engine gives nobody a larger picture after a drop made it take one away, in ms. */
const patienceMs = 10_000;
/**
 * That is cut short twice in this time at most, in ms: the estimate of a good line may fall at its first probe already, and its first
 * outage comes after that. Lower lets a line that is always overrated flap; higher keeps pictures small after every third outage.
 */
const twiceMs = 30_000;

/**
 * Finds the moment when a line has recovered from an outage. The engine waits for 10 s after each fall of its estimate,
 * for it may have been right; when the estimate is back before that, the line was only interrupted. Owns no clock.
 */
export class Recovery {
  #estimate: Estimate | undefined;
  #dropped: { readonly from: number; readonly atMs: number } | undefined;
  /** When it was cut short last, and when the time before. */
  #liftedMs: readonly [number, number] = [-Infinity, -Infinity];

  /** The latest estimate; undefined before there is one. */
  get estimate(): Estimate | undefined {
    return this.#estimate;
  }

  /** Takes the next estimate. Answers whether those who lost a larger picture may have it back now. */
  take(estimate: Estimate, nowMs: number): boolean {
    const { availableBitrate, desiredBitrate } = estimate;
    const before = this.#estimate?.availableBitrate ?? 0;
    this.#estimate = estimate;
    if (this.#dropped !== undefined && nowMs - this.#dropped.atMs > patienceMs) this.#dropped = undefined;
    if (availableBitrate < before * drop) {
      // However much it still carries: the engine takes pictures away only now.
      this.#dropped = { from: this.#dropped?.from ?? before, atMs: nowMs };
      return false;
    }
    if (this.#dropped === undefined || nowMs - this.#liftedMs[1] < twiceMs) return false;
    if (availableBitrate < Math.min(this.#dropped.from, desiredBitrate) * recovered) return false;
    this.#dropped = undefined;
    this.#liftedMs = [nowMs, this.#liftedMs[0]];
    return true;
  }
}
