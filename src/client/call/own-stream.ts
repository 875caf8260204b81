import type { Source } from '../../shared/identity/source.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Media, SendOptions, Sending, SoundTotals } from '../media/media.ts';
import type { Layers } from '../media/svc.ts';

/** Where a stream of ours is sent: by one `Media` after the other. */
export interface Outgoing {
  /** The present one. */
  readonly current: Promise<Pick<Media, 'send'>>;
  /** Resolves when there is another one. */
  readonly renewed: Promise<unknown>;
}

/** One of our own sources, sent for as long as it is not closed, however often the media are made anew. */
export class OwnStream implements Sending {
  readonly #outgoing: Outgoing;
  readonly #source: Source;
  readonly #options: SendOptions;
  #track: MediaStreamTrack;
  #sending: Sending | undefined;
  /** Undefined: all. The next stream begins with it: who wanted it will want it again, and until then no more need be encoded. */
  #wanted: Layers | null | undefined;
  #beginning: Promise<void> | undefined;
  #closed = false;

  constructor(outgoing: Outgoing, source: Source, track: MediaStreamTrack, options: SendOptions) {
    this.#outgoing = outgoing;
    this.#source = source;
    this.#track = track;
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends it by the present media. Rejects like `Media.send`, unless there are others by then: it goes on by them. */
  async begin(): Promise<void> {
    this.#sending = undefined;
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#track = track;
    await this.#sending?.replaceTrack(track);
  }

  async want(layers: Layers | null): Promise<void> {
    this.#wanted = layers;
    await this.#sending?.want(layers);
  }

  async sound(): Promise<SoundTotals | undefined> {
    return this.#sending?.sound();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending?.close();
  }

  async #begin(): Promise<void> {
    while (!this.#closed) {
      const { current, renewed } = this.#outgoing;
      const track = this.#track;
      try {
        const media = await current;
        const layers = this.#wanted;
        const sending = await media.send(this.#source, track, { ...this.#options, layers });
        if (this.#outgoing.current !== current) continue;
        this.#sending = sending;
        if (this.#wanted !== layers && this.#wanted !== undefined) await sending.want(this.#wanted);
        if (this.#track !== track) await sending.replaceTrack(this.#track);
        if (this.closed) await sending.close();
        if (this.#outgoing.current === current) return;
      } catch (error) {
        if (this.#outgoing.current !== current) continue;
        if (!(error instanceof CodedError) || error.code !== 'media-renewed') throw error;
        await renewed;
      }
    }
  }
}
