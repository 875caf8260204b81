import type { CallId } from '../../shared/identity/call-id.ts';
import type { Clock } from '../../shared/support/clock.ts';

/** How long after it was announced a self-call may be joined, in ms. Lower takes slow machines for broken ones. */
const expectedMs = 10_000;
/** A self-call has two participants, who join once each. */
const joins = 2;

/**
 * The calls that the router holds with itself (PROTOCOL section 7, "Self-call"): which are expected, and how many may still
 * join. Holds an id for 10 s; it is of the router's own making, and nobody's.
 */
export class SelfCalls {
  readonly #clock: Pick<Clock, 'after'>;
  /** How many may join yet, by `CallId.key`. */
  readonly #expected = new Map<string, number>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** Announces one. Whoever holds its key may join it, twice in all, for 10 s. */
  expect({ key }: CallId): void {
    this.#expected.set(key, joins);
    this.#clock.after(expectedMs, () => {
      this.#expected.delete(key);
    });
  }

  /** Takes one of its joins; false when it is not expected, or was joined twice. */
  admit({ key }: CallId): boolean {
    const left = this.#expected.get(key) ?? 0;
    if (left === 0) return false;
    this.#expected.set(key, left - 1);
    return true;
  }
}
