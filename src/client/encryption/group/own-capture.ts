import type { Source } from '../../../shared/identity/source.ts';
import type { VideoCodec } from '../messages.ts';
import type { Capture } from './capture.ts';

/** Which of one's own sources are on, counting the changes, and which videos one can show. */
export class OwnCapture {
  readonly #decodes: readonly VideoCodec[];
  readonly #on = new Set<Source>();
  #muted = false;
  #change = 0;

  constructor(decodes: readonly VideoCodec[]) {
    this.#decodes = decodes;
  }

  get now(): Capture {
    return { change: this.#change, on: [...this.#on], muted: this.muted, decodes: this.#decodes };
  }

  has(source: Source): boolean {
    return this.#on.has(source);
  }

  /** The microphone is on, and silent. */
  get muted(): boolean {
    return this.#muted && this.has('microphone');
  }

  mute(muted: boolean): void {
    if (this.#muted !== muted) this.#change += 1;
    this.#muted = muted;
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
