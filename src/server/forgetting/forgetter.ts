import type { Clock } from '../../shared/support/clock.ts';

/** After something ended, the first scrub, in ms: sockets and media processes are closed by then. */
const firstMs = 1_000;
/** And the last one at least so long after it, in ms: what the first one set free is collected by the second. */
const lastMs = 2_500;
/** Between two scrubs, in ms: all ends between share them, so that they never cost more than 0.7 pauses a second. */
const betweenMs = 1_500;

export interface ForgetterServices {
  readonly clock: Clock;
  /** Overwrites what is no longer used; see `scrub`. Resolves with the pause in ms. */
  readonly scrub: () => Promise<number>;
  /** Told of each scrub; of `undefined` when it failed. */
  readonly scrubbed: (pauseMs: number | undefined) => void;
}

/**
 * Has the process scrubbed after every end: of a call, of a participant in it, of a socket. Each end is followed by two
 * scrubs at least, the last of them 2.5 to 4 s after it. Holds nothing but the time of the last end.
 */
export class Forgetter implements Disposable {
  readonly #services: ForgetterServices;
  #lastEndMs = 0;
  #cancel: (() => void) | undefined;
  #disposed = false;

  constructor(services: ForgetterServices) {
    this.#services = services;
  }

  /** Something ended, and nothing refers to it any more. */
  ended(): void {
    this.#lastEndMs = this.#services.clock.nowMs();
    if (this.#cancel === undefined) this.#scrubIn(firstMs);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#cancel?.();
  }

  #scrubIn(ms: number): void {
    if (this.#disposed) return;
    this.#cancel = this.#services.clock.after(ms, () => void this.#scrub());
  }

  async #scrub(): Promise<void> {
    const begunMs = this.#services.clock.nowMs();
    const pauseMs = await this.#services.scrub().catch(() => undefined);
    this.#services.scrubbed(pauseMs);
    this.#cancel = undefined;
    if (pauseMs === undefined || begunMs - this.#lastEndMs < lastMs) this.#scrubIn(betweenMs);
  }
}
