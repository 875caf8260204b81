import type { Producer } from 'mediasoup/types';
import { rtpParameters } from '../../shared/protocol/media-parameters.ts';
import { wireForm } from './wire-form.ts';
import type { MediaProducer, RtpParameters } from './types.ts';

/** A producer of mediasoup's. */
export class MediasoupProducer implements MediaProducer {
  readonly #producer: Producer;

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  get id(): string {
    return this.#producer.id;
  }

  /** What its sender said of its streams, as far as the profile lets it. */
  get rtpParameters(): RtpParameters {
    return wireForm(rtpParameters, this.#producer.rtpParameters);
  }

  get scores(): readonly number[] {
    return this.#producer.score.map(({ score }) => score);
  }

  async pause(): Promise<void> {
    await this.#producer.pause();
  }

  async resume(): Promise<void> {
    await this.#producer.resume();
  }

  close(): void {
    this.#producer.close();
  }
}
