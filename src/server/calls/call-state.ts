import { limits } from '../../shared/protocol/limits.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';

/**
 * The last sealed state of one call, which only holders of the call key can open (PROTOCOL section 7, "Peeking"). Nothing
 * is kept of who sent it. It is cleared 30 s after it came, and with its call.
 */
export class CallState implements Disposable {
  readonly #clock: Clock;
  #sealed: Bytes | undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get sealed(): Bytes | undefined {
    return this.#sealed;
  }

  /** Takes the place of the one before. */
  update(sealed: Bytes): void {
    this.#cancel();
    this.#sealed = sealed;
    this.#cancel = this.#clock.after(limits.callStateKeptMs, () => {
      this.#sealed = undefined;
    });
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#sealed = undefined;
  }
}
