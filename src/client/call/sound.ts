import { Store } from './store.ts';
import type { Readable } from './types.ts';

/** Plays what the others say: one audio element for each sound, outside the page's document. */
export class Sound {
  readonly #elements = new Map<string, HTMLAudioElement>();
  readonly #blocked = new Store(false);

  get blocked(): Readable<boolean> {
    return this.#blocked;
  }

  /** Plays exactly `tracks`, by name of the sound; what is not among them any more falls silent. */
  play(tracks: ReadonlyMap<string, MediaStreamTrack>): void {
    for (const [name, element] of this.#elements)
      if (!tracks.has(name)) {
        element.srcObject = null;
        this.#elements.delete(name);
      }
    for (const [name, track] of tracks) {
      const element = this.#elements.get(name) ?? new Audio();
      this.#elements.set(name, element);
      const playing = element.srcObject instanceof MediaStream ? element.srcObject.getTracks()[0] : undefined;
      if (playing === track) continue;
      element.srcObject = new MediaStream([track]);
      void this.#start(element);
    }
    if (tracks.size === 0) this.#blocked.set(false);
  }

  /** To be called in a click: starts everything that the browser held back. */
  async unlock(): Promise<void> {
    this.#blocked.set(false);
    await Promise.all([...this.#elements.values()].map((element) => this.#start(element)));
  }

  async #start(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // AbortError: another track came meanwhile, and plays.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#blocked.set(true);
    }
  }
}
