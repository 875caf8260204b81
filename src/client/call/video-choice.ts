import type { Clock } from '../../shared/support/clock.ts';
import type { Person, VideoCodec } from '../encryption/messages.ts';
import { Store } from './store.ts';
import type { Readable } from './types.ts';

/** How long everybody must have been able to show a better codec before it is used, in ms. Lower changes more often as people come and go. */
const upAfterMs = 3_000;

/** Which codec our videos are sent in (ENCRYPTION "Which codec"): what everybody can show, said by them end-to-end. */
export class VideoChoice {
  readonly #sends: readonly VideoCodec[];
  readonly #clock: Clock;
  readonly #codec: Store<VideoCodec>;
  #best: VideoCodec;
  #stopWaiting: () => void = () => undefined;

  /** `sends`: what we may send, the most wanted first, VP8 among them. With nobody there it is the first. */
  constructor(sends: readonly VideoCodec[], clock: Clock) {
    this.#sends = sends;
    this.#clock = clock;
    this.#best = sends[0] ?? 'vp8';
    this.#codec = new Store(this.#best);
  }

  get codec(): Readable<VideoCodec> {
    return this.#codec;
  }

  /** Who is there now. Down at once, up when everybody has been able to for long enough. */
  update(people: readonly Person[]): void {
    // Who has not said yet what it can show will within a moment, and counts neither way until then.
    const said = people.filter(({ standing, decodes }) => standing === 'authenticated' && decodes.length > 0);
    const best = this.#sends.find((codec) => said.every(({ decodes }) => decodes.includes(codec))) ?? 'vp8';
    if (best === this.#best) return;
    this.#best = best;
    this.#stopWaiting();
    const isLower = this.#sends.indexOf(best) > this.#sends.indexOf(this.#codec.get());
    if (isLower) this.#codec.set(best);
    else if (best !== this.#codec.get())
      this.#stopWaiting = this.#clock.after(upAfterMs, () => {
        this.#codec.set(best);
      });
  }

  close(): void {
    this.#stopWaiting();
  }
}
