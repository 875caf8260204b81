import type {
  CallMedia,
  MediaConsumer,
  MediaKind,
  MediaPool,
  MediaProducer,
  MediaTransport,
  RtpParameters,
} from '../../src/server/media/types.ts';

/** Leaves a real router its media, and lets a test choose the layers that go out of each video. */
export class SteeredMedia {
  /** The videos there ever were, oldest first, with what was made of each for receivers. */
  readonly videos: { readonly producerId: string; readonly consumers: MediaConsumer[] }[] = [];

  /** For `startRouter`'s `wrapMedia`. */
  readonly wrap = (pool: MediaPool): MediaPool => ({
    take: async () => this.#callMedia(await pool.take()),
    close: async () => pool.close(),
  });

  #callMedia(media: CallMedia): CallMedia {
    return {
      rtpCapabilities: media.rtpCapabilities,
      lifetime: media.lifetime,
      get coreShare() {
        return media.coreShare;
      },
      createTransport: async () => this.#transport(await media.createTransport()),
      close: () => {
        media.close();
      },
    };
  }

  #transport(transport: MediaTransport): MediaTransport {
    return {
      parameters: transport.parameters,
      connect: async (parameters) => transport.connect(parameters),
      restartIce: async () => transport.restartIce(),
      produce: async (kind, parameters) => this.#produce(transport, kind, parameters),
      consume: async (producerId) => this.#consume(transport, producerId),
      inventory: async () => transport.inventory(),
      close: () => {
        transport.close();
      },
    };
  }

  async #produce(transport: MediaTransport, kind: MediaKind, parameters: RtpParameters): Promise<MediaProducer> {
    const producer = await transport.produce(kind, parameters);
    if (kind === 'video') this.videos.push({ producerId: producer.id, consumers: [] });
    return producer;
  }

  async #consume(transport: MediaTransport, producerId: string): Promise<MediaConsumer> {
    const consumer = await transport.consume(producerId);
    this.videos.find((video) => video.producerId === producerId)?.consumers.push(consumer);
    return consumer;
  }
}
