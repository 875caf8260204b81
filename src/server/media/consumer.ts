import { parseScalabilityMode } from 'mediasoup';
import type { Consumer, ConsumerLayers } from 'mediasoup/types';
import { rtpParameters } from '../../shared/protocol/media-parameters.ts';
import { orRefuse } from './refuse.ts';
import { wireForm } from './wire-form.ts';
import type { ConsumerInventory, ConsumerParameters, MediaConsumer } from './types.ts';

/** A consumer of mediasoup's. Its source may close at any moment: then everything throws CodedError `source-missing`. */
export class MediasoupConsumer implements MediaConsumer {
  readonly parameters: ConsumerParameters;
  readonly layers: { readonly spatial: number; readonly temporal: number };
  readonly #consumer: Consumer;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
    this.parameters = {
      consumerId: consumer.id,
      producerId: consumer.producerId,
      rtpParameters: wireForm(rtpParameters, consumer.rtpParameters),
    };
    const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode;
    const { spatialLayers, temporalLayers } = parseScalabilityMode(mode);
    this.layers =
      consumer.type === 'simple' ? { spatial: 1, temporal: 1 } : { spatial: spatialLayers, temporal: temporalLayers };
  }

  async resume(): Promise<void> {
    await orRefuse('source-missing', this.#consumer.resume());
  }

  async prefer({ spatial, temporal }: { readonly spatial: number; readonly temporal: number }): Promise<void> {
    if (this.#consumer.type === 'simple') return;
    await orRefuse(
      'source-missing',
      this.#consumer.setPreferredLayers({ spatialLayer: spatial, temporalLayer: temporal }),
    );
  }

  async prioritise(priority: number): Promise<void> {
    await orRefuse('source-missing', this.#consumer.setPriority(priority));
  }

  async requestKeyFrame(): Promise<void> {
    await orRefuse('source-missing', this.#consumer.requestKeyFrame());
  }

  inventory(): ConsumerInventory {
    const { paused, priority, score, preferredLayers, currentLayers } = this.#consumer;
    return {
      paused,
      priority,
      score: score.score,
      layerWanted: layerOf(preferredLayers),
      layerSent: layerOf(currentLayers),
    };
  }

  close(): void {
    this.#consumer.close();
  }
}

function layerOf(layers: ConsumerLayers | undefined): ConsumerInventory['layerSent'] {
  return layers === undefined ? null : { spatial: layers.spatialLayer, temporal: layers.temporalLayer ?? 0 };
}
