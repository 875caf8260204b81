import type { Source } from '../../../shared/identity/source.ts';
import type { VideoCodec } from '../messages.ts';
import type { Capture } from './capture.ts';

/** Which of one's own sources are on, counting the changes, and which videos one can show. */
export class OwnCapture {
  readonly #decodes: readonly VideoCodec[];
  readonly #on = new Set<Source>();
  #change = 0;

  constructor(decodes: readonly VideoCodec[]) {
    this.#decodes = decodes;
  }

  get now(): Capture {
    return { change: this.#change, on: [...this.#on], decodes: this.#decodes };
  }

  /** Answers whether this changed anything. */
  set(source: Source, on: boolean): boolean {
    if (this.#on.has(source) === on) return false;
    if (on) this.#on.add(source);
    else this.#on.delete(source);
    this.#change += 1;
    return true;
  }
}
