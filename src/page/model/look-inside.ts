import { signal } from '@preact/signals';
import { CallError, type PeekedCall } from '../../client/index.ts';

/** How often the call is looked at while somebody waits before it, in ms. Each look is a short connection. */
const everyMs = 30_000;

/** Looks once; with `asked`, a pass may be spent on it. */
export type Peek = (until: AbortSignal, asked: boolean) => Promise<PeekedCall>;

/**
 * What goes on in a call that one has not joined: looked at now and then, and never in the way. What fails is not told. Where a look
 * costs a pass, it is looked only when somebody asks for it (PROTOCOL section 7, "Peeking").
 */
export class LookInside {
  /** Undefined: not known, or not any more. */
  readonly seen = signal<PeekedCall | undefined>(undefined);
  /** A look costs a pass: `offered` to whoever stands before the call, under way, or it did not work. */
  readonly costly = signal<'no' | 'offered' | 'looking' | 'failed'>('no');
  readonly #peek: Peek;
  #looking: AbortController | undefined;

  constructor(peek: Peek) {
    this.#peek = peek;
  }

  /** Looks at once and then every 30 s, until `stop`. */
  start(): void {
    this.stop();
    this.#looking = new AbortController();
    if (this.costly.value === 'no') void this.#look(this.#looking.signal);
    else this.costly.value = 'offered';
  }

  stop(): void {
    this.#looking?.abort();
  }

  /** Looks once, for a pass. */
  async ask(): Promise<void> {
    const until = this.#looking?.signal;
    if (until === undefined || this.costly.value === 'looking') return;
    this.costly.value = 'looking';
    const seen = await this.#peek(until, true).catch(() => undefined);
    if (until.aborted) return;
    this.seen.value = seen;
    this.costly.value = seen === undefined ? 'failed' : 'offered';
  }

  async #look(until: AbortSignal): Promise<void> {
    try {
      const seen = await this.#peek(until, false);
      if (!until.aborted) this.seen.value = seen;
    } catch (error) {
      if (until.aborted) return;
      this.seen.value = undefined;
      if (error instanceof CallError && error.code === 'token-needed') {
        this.costly.value = 'offered';
        return;
      }
    }
    if (until.aborted) return;
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
