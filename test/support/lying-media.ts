import { MediasoupCallMedia } from '../../src/server/media/call-media.ts';
import type {
  CallMedia,
  MediaConsumer,
  MediaKind,
  MediaPool,
  MediaProducer,
  MediaTransport,
  RtpParameters,
} from '../../src/server/media/types.ts';
import { Tap } from './tap.ts';

/** Which producer a receiver gets when it asks for one. */
export type Substitute = (asked: Tap, taps: readonly Tap[]) => Tap;

/**
 * Stands between the calls and the media engine of a real router and does what a curious or lying operator could:
 * taps every producer inside the media process, and gives receivers a relayed stream that it can add frames to, or
 * another producer than the one they asked for.
 */
export class LyingMedia {
  /** One for each producer that there ever was, oldest first. */
  readonly taps: Tap[] = [];
  /** True: receivers are fed through the tap (which can replay and forge); false: by the honest producer. */
  relayed = false;
  substitute: Substitute = (asked) => asked;
  readonly #waiting = new Set<() => void>();

  /** For `startRouter`'s `wrapMedia`. */
  readonly wrap = (pool: MediaPool): MediaPool => ({
    take: async () => this.#callMedia(await pool.take()),
    close: async () => pool.close(),
  });

  /** Resolves with the tap of the first producer, from number `from` on, of that kind. */
  async tap(kind: MediaKind, from = 0): Promise<Tap> {
    for (;;) {
      const found = this.taps.slice(from).find((tap) => tap.kind === kind);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #callMedia(media: CallMedia): CallMedia {
    if (!(media instanceof MediasoupCallMedia)) throw new Error('not the real engine');
    const { router } = media.engine;
    return {
      rtpCapabilities: media.rtpCapabilities,
      lifetime: media.lifetime,
      get coreShare() {
        return media.coreShare;
      },
      createTransport: async () => this.#transport(await media.createTransport(), router),
      close: () => {
        media.close();
      },
    };
  }

  #transport(transport: MediaTransport, router: MediasoupCallMedia['engine']['router']): MediaTransport {
    return {
      parameters: transport.parameters,
      connect: async (parameters) => transport.connect(parameters),
      restartIce: async () => transport.restartIce(),
      produce: async (kind, parameters) => this.#produce(transport, router, kind, parameters),
      consume: async (producerId) => this.#consume(transport, producerId),
      inventory: async () => transport.inventory(),
      close: () => {
        transport.close();
      },
    };
  }

  async #produce(
    transport: MediaTransport,
    router: MediasoupCallMedia['engine']['router'],
    kind: MediaKind,
    parameters: RtpParameters,
  ): Promise<MediaProducer> {
    const producer = await transport.produce(kind, parameters);
    this.taps.push(await Tap.create(router, producer.id, kind));
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
    return producer;
  }

  async #consume(transport: MediaTransport, producerId: string): Promise<MediaConsumer> {
    const asked = this.taps.find((tap) => tap.producerId === producerId);
    if (asked === undefined) return transport.consume(producerId);
    const given = this.substitute(asked, this.taps);
    const consumer = await transport.consume(this.relayed ? given.relayId : given.producerId);
    return {
      parameters: consumer.parameters,
      layers: consumer.layers,
      delivery: async () => consumer.delivery(),
      granted: async () => consumer.granted(),
      onChange: (listener) => {
        consumer.onChange(listener);
      },
      resume: async () => {
        await consumer.resume();
        await given.requestKeyFrame();
      },
      prefer: async (layers) => consumer.prefer(layers),
      prioritise: async (priority) => consumer.prioritise(priority),
      inventory: () => consumer.inventory(),
      requestKeyFrame: async () => given.requestKeyFrame(),
      close: () => {
        consumer.close();
      },
    };
  }
}
