import type { Source } from '../../shared/identity/source.ts';
import type { Sending, SoundTotals } from '../media/media.ts';
import type { Layers } from '../media/svc.ts';

/** What we send in one session, kept to what anybody receives of it. */
export class OwnStreams {
  readonly #streams = new Map<Source, Sending>();
  /** What the router said of a source before we had its stream. */
  readonly #early = new Map<Source, Layers | null>();

  /** A stream that has just begun, with all its layers; to be ended by what this answers. */
  add(source: Source, stream: Sending): Sending {
    this.#streams.set(source, stream);
    const wanted = this.#early.get(source);
    if (wanted !== undefined) this.wanted(source, wanted);
    return {
      replaceTrack: (track) => stream.replaceTrack(track),
      want: (layers) => stream.want(layers),
      sound: () => stream.sound(),
      close: async () => {
        this.#streams.delete(source);
        this.#early.delete(source);
        await stream.close();
      },
    };
  }

  /** The router says which layers of a source of ours anybody wants (PROTOCOL 8, `source.wanted`); null: nobody wants it. */
  wanted(source: Source, layers: Layers | null): void {
    const stream = this.#streams.get(source);
    if (stream === undefined) this.#early.set(source, layers);
    else stream.want(layers).catch(() => undefined); // it has ended
  }

  /** What has gone into a source so far; undefined while it is off, or where the browser does not say. */
  async sound(source: Source): Promise<SoundTotals | undefined> {
    return this.#streams.get(source)?.sound();
  }
}
