import type { Consumer } from 'mediasoup/types';
import type { Clock } from '../../shared/support/clock.ts';

/**
 * How long after the last key frame the engine is asked which layers fit, in ms: by then all of that frame has come, and so have layers
 * that begin with it. Lower misses them, higher shows them later.
 */
const settledMs = 100;

type Watched = Pick<Consumer, 'paused' | 'currentLayers' | 'preferredLayers' | 'setPreferredLayers' | 'dump'>;

/**
 * Layers that begin to come are found by the engine once a second only, and their key frame is asked for after that: larger ones of one
 * stream, and all of a source that was not sent for a while. They come with a key frame: so after each, a receiver that is sent less
 * than it has use for, or nothing yet, is looked at anew.
 */
export class LayerWatch {
  readonly #consumer: Watched;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(consumer: Watched, clock: Clock) {
    this.#consumer = consumer;
    this.#clock = clock;
  }

  /** A key frame of its source begins to come. */
  keyFrame(): void {
    if (!this.#below) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(this.#consumer.currentLayers === undefined ? 0 : settledMs, () => {
      this.#lookAnew().catch(() => undefined); // its source has closed
    });
  }

  /** Other layers are preferred, which has the engine look; or it has closed. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get #below(): boolean {
    const { paused, currentLayers, preferredLayers } = this.#consumer;
    return !paused && (currentLayers?.spatialLayer ?? -1) < (preferredLayers?.spatialLayer ?? -1);
  }

  /** The engine has chosen layers, and has asked for their key frame. */
  async #hasChosen(): Promise<boolean> {
    const dump = await this.#consumer.dump();
    return 'targetSpatialLayer' in dump && dump.targetSpatialLayer >= 0;
  }

  /** The engine looks when other layers are preferred: so others are, and then the same again. */
  async #lookAnew(): Promise<void> {
    if (this.#consumer.currentLayers === undefined && (await this.#hasChosen())) return;
    const { preferredLayers } = this.#consumer;
    const calledOff = this.#cancel === undefined; // while the engine was asked
    if (calledOff || !this.#below || preferredLayers === undefined) return;
    const { spatialLayer, temporalLayer = 0 } = preferredLayers;
    const other = { spatialLayer, temporalLayer: temporalLayer === 0 ? 1 : temporalLayer - 1 };
    await Promise.all([other, preferredLayers].map((layers) => this.#consumer.setPreferredLayers(layers)));
  }
}
