import { Queue } from '../../shared/support/queue.ts';
import { isSame, type Layers } from './svc.ts';

/** Frames a second of the fastest temporal layer; each below has half of those of the next (PROTOCOL 7, `subscription.set`). */
const fastest = 30;

/** W3C webrtc-svc; in Chromium. */
type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

/** What is encoded of one video in simulcast. */
export class SimulcastLayers {
  readonly #sender: RTCRtpSender;
  /** Temporal layers that the video was begun with. */
  readonly #temporal: number;
  readonly #queue = new Queue();
  #applied: Layers | null | undefined;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
    const [encoding]: Encoding[] = sender.getParameters().encodings;
    this.#temporal = Number(/T(\d)/.exec(encoding?.scalabilityMode ?? '')?.[1] ?? 1);
  }

  /** Has it encoded up to `layers` only, or, for null, not at all. What is encoded again begins with a key frame. */
  want(layers: Layers | null): Promise<void> {
    return this.#queue.run(() => this.#apply(layers));
  }

  async #apply(layers: Layers | null): Promise<void> {
    if (isSame(layers, this.#applied)) return;
    const parameters = this.#sender.getParameters();
    const scale = ({ scaleResolutionDownBy = 1 }: RTCRtpEncodingParameters): number => scaleResolutionDownBy;
    const smallestFirst: Encoding[] = parameters.encodings.toSorted((one, other) => scale(other) - scale(one));
    for (const [spatial, encoding] of smallestFirst.entries()) {
      encoding.active = layers !== null && spatial <= layers.spatial;
      if (layers === null || this.#temporal === 1) continue;
      const temporal = Math.min(this.#temporal, layers.temporal + 1);
      // Both: half the frames in as many layers would be a quarter of them for whoever wants the layer below.
      encoding.maxFramerate = fastest / 2 ** (this.#temporal - temporal);
      encoding.scalabilityMode = `L1T${temporal}`;
    }
    await this.#sender.setParameters(parameters);
    this.#applied = layers;
  }
}
