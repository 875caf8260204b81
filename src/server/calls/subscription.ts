import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Params, Result } from '../../shared/protocol/requests.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Delivery, Layers, MediaConsumer } from '../media/types.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import { DeliveryReport } from './delivery-report.ts';
import type { Demand } from './demand.ts';
import { layersFor } from './layers.ts';

/** What one participant receives from one source of another. Ends with either, or when it is no longer wanted. */
export class Subscription implements Disposable {
  readonly participantId: ParticipantId;
  readonly source: Source;
  readonly consumer: MediaConsumer;
  /** Tells the receiver what it gets; undefined for audio, of which there is nothing to tell. */
  readonly report: DeliveryReport | undefined;
  readonly #demand: Demand | undefined;
  readonly #clock: Clock;
  readonly #keyFrames: TokenBucket;
  #cancelKeyFrame: (() => void) | undefined;
  #wanted: Layers | null = null;

  /** `demand`: of its source, which hears what its receiver wants; undefined for audio. `tell`: to the receiver. */
  constructor(
    { participantId, source }: Pick<Params<'subscription.set'>, 'participantId' | 'source'>,
    demand: Demand | undefined,
    consumer: MediaConsumer,
    clock: Clock,
    tell: (delivery: Delivery) => void,
  ) {
    this.participantId = participantId;
    this.source = source;
    this.consumer = consumer;
    this.#demand = demand;
    this.#clock = clock;
    this.#keyFrames = new TokenBucket(1_000 / limits.keyFrameRegainedMs, limits.keyFrameBurst, clock.nowMs());
    if (kindOf(source) === 'audio') return;
    const report = new DeliveryReport(clock, consumer, tell);
    consumer.onChange(() => {
      report.update();
    });
    this.report = report;
  }

  /** The highest layers that its receiver has use for; null for audio. */
  get wanted(): Layers | null {
    return this.#wanted;
  }

  /** Asks for that much, first served with the highest `priority`. Answers what is granted of it at this moment. */
  async want(
    wanted: NonNullable<Params<'subscription.set'>['wanted']>,
    priority: number,
  ): Promise<Result<'subscription.set'>['granted']> {
    await this.consumer.prioritise(Math.max(1, priority));
    if (this.report === undefined) return null;
    const layers = layersFor(wanted, this.consumer.layers);
    this.#wanted = layers;
    this.#demand?.update();
    await this.consumer.prefer(layers);
    this.report.update();
    return this.consumer.granted();
  }

  async resume(): Promise<void> {
    await this.consumer.resume();
    this.report?.update();
  }

  /** Asks the source for a key frame: at once, or when this receiver may ask for one again. */
  async requestKeyFrame(): Promise<void> {
    if (this.#cancelKeyFrame !== undefined) return;
    if (this.#mayAsk()) {
      await this.consumer.requestKeyFrame();
      return;
    }
    this.#cancelKeyFrame = this.#clock.after(limits.keyFrameRegainedMs, () => {
      this.#cancelKeyFrame = undefined;
      if (this.#mayAsk()) this.consumer.requestKeyFrame().catch(() => undefined); // the source has closed
    });
  }

  /** Nothing more is told or asked. The consumer is not closed by this: that is for whoever ends it. */
  [Symbol.dispose](): void {
    this.#wanted = null;
    this.report?.[Symbol.dispose]();
    this.#cancelKeyFrame?.();
    this.#demand?.update();
  }

  /** What is left for its receiver to ask for at once. */
  get keyFrameAllowance(): number {
    return Math.floor(this.#keyFrames.leftAt(limits.keyFrameBurst, this.#clock.nowMs()));
  }

  #mayAsk(): boolean {
    return this.#keyFrames.take(1, limits.keyFrameBurst, this.#clock.nowMs());
  }
}
