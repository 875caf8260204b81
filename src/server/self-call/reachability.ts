import type { Clock } from '../../shared/support/clock.ts';
import type { SelfCall } from './result.ts';

/** Whether the router can be called as people do, as of the last minute: `yes`, not tried yet, or why it is not known to. */
export type Reachable = 'yes' | 'untried' | 'unknown' | { readonly failed: SelfCall };

/** What self-calls have shown lately. Holds the last one, which is of nobody. */
export class Reachability {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #goodForMs: number;
  #last: SelfCall | undefined;
  #passedMs = -Infinity;

  /** `goodForMs`: how long one that passed counts. */
  constructor(clock: Pick<Clock, 'nowMs'>, goodForMs: number) {
    this.#clock = clock;
    this.#goodForMs = goodForMs;
  }

  take(call: SelfCall): void {
    this.#last = call;
    if (hasPassed(call)) this.#passedMs = this.#clock.nowMs();
  }

  get now(): Reachable {
    if (this.#clock.nowMs() - this.#passedMs <= this.#goodForMs) return 'yes';
    if (this.#last === undefined) return 'untried';
    return hasPassed(this.#last) ? 'unknown' : { failed: this.#last };
  }
}

/** Over UDP and over TCP. */
export function hasPassed({ udp, tcp }: SelfCall): boolean {
  return udp.ok && tcp.ok;
}
