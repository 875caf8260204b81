import { signal } from '@preact/signals';
import type { PeekedCall } from '../../client/index.ts';

/** How often the call is looked at while somebody waits before it, in ms. Each look is a short connection. */
const everyMs = 30_000;

/** What goes on in a call that one has not joined: looked at now and then, and never in the way. What fails is not told. */
export class LookInside {
  /** Undefined: not known, or not any more. */
  readonly seen = signal<PeekedCall | undefined>(undefined);
  readonly #peek: (signal: AbortSignal) => Promise<PeekedCall>;
  #looking: AbortController | undefined;

  constructor(peek: (signal: AbortSignal) => Promise<PeekedCall>) {
    this.#peek = peek;
  }

  /** Looks at once and then every 30 s, until `stop`. */
  start(): void {
    this.stop();
    this.#looking = new AbortController();
    void this.#look(this.#looking.signal);
  }

  stop(): void {
    this.#looking?.abort();
  }

  async #look(until: AbortSignal): Promise<void> {
    const seen = await this.#peek(until).catch(() => undefined);
    if (until.aborted) return;
    this.seen.value = seen;
    const timer = setTimeout(() => {
      void this.#look(until);
    }, everyMs);
    until.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
      },
      { once: true },
    );
  }
}
