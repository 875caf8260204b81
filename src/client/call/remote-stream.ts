import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import type { Media, Receiving } from '../media/media.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { noReception } from './reception.ts';

/** What is asked for of each source; the router gives the largest layer that is not above. For audio it means nothing. */
const wanted: Readonly<
  Record<Source, { height: 90 | 180 | 360 | 720 | 1080; framesPerSecond: number; priority: number }>
> = {
  microphone: { height: 90, framesPerSecond: 30, priority: 255 },
  'screen-audio': { height: 90, framesPerSecond: 30, priority: 200 },
  screen: { height: 1080, framesPerSecond: 30, priority: 150 },
  camera: { height: 720, framesPerSecond: 30, priority: 100 },
};

/** Between two requests for key frames, in ms; the router gathers more into one anyway. */
const keyFrameGapMs = 1_000;

/**
 * One source of another participant, as long as the router says that it is open: subscribed to at once, resumed when
 * its sender's key is held (ENCRYPTION "keys"), so that the first key frame can be opened.
 */
export class RemoteStream {
  readonly participant: ParticipantId;
  readonly source: Source;
  reception = noReception;
  readonly #ask: Ask;
  readonly #media: Promise<Pick<Media, 'receive'>>;
  readonly #onChange: () => void;
  #receiving: Receiving | undefined;
  /** The router's name for what we receive; undefined while we are asking for it. */
  #consumerId: string | undefined;
  #allowed = false;
  #resumed = false;
  #closed = false;
  /** What was decoded when its packets were lost; undefined when there has been something since. */
  #revivedFrom: number | undefined;
  #askedMs = -Infinity;

  constructor(
    services: { ask: Ask; media: Promise<Pick<Media, 'receive'>>; onChange: () => void },
    participant: ParticipantId,
    source: Source,
  ) {
    this.participant = participant;
    this.source = source;
    this.#ask = services.ask;
    this.#media = services.media;
    this.#onChange = services.onChange;
  }

  get receiving(): Receiving | undefined {
    return this.#receiving;
  }

  /** Subscribes. Rejects with what the router or the media refused, which concerns this stream only. */
  async open(): Promise<void> {
    const media = await this.#media;
    if (this.#isClosed()) return;
    const { priority, ...size } = wanted[this.source];
    const { consumer } = await this.#ask('subscription.set', { ...this.#name, wanted: size, priority });
    if (consumer === null || this.#isClosed()) return;
    this.#consumerId = consumer.consumerId;
    const receiving = await media.receive(this.participant, this.source, consumer);
    if (this.#isClosed()) {
      receiving.close();
      return;
    }
    this.#receiving = receiving;
    this.#onChange();
    await this.#resume();
  }

  /** Its sender's key is held and its sender says that it is on. Once resumed it stays so: the worker drops what is off. */
  async allow(): Promise<void> {
    this.#allowed = true;
    await this.#resume();
  }

  /**
   * Whether this is still what the router sends, after a gap in its notices. `consumerId`: what it sends of this source now;
   * null: nothing; undefined: the source is closed. While we are still asking, the answer is to come.
   */
  stands(consumerId: string | null | undefined): boolean {
    return consumerId !== undefined && (this.#consumerId === undefined || this.#consumerId === consumerId);
  }

  /** Packets of it were lost for a while: its decoder can do nothing more without a key frame. */
  revive(): void {
    if (kindOf(this.source) === 'video' && this.#resumed) this.#revivedFrom = this.reception.counts.decoded;
  }

  /** Asks for a key frame, once a second, as long as nothing was decoded since `revive`. To be called often. */
  checkRevived(nowMs: number): void {
    if (this.#revivedFrom === undefined) return;
    if (this.reception.counts.decoded > this.#revivedFrom) this.#revivedFrom = undefined;
    else if (nowMs - this.#askedMs >= keyFrameGapMs) {
      this.#askedMs = nowMs;
      this.#ask('consumer.request-key-frame', this.#name).catch(() => undefined); // the stream has ended
    }
  }

  /** The router closed it, or its sender left. */
  close(): void {
    this.#closed = true;
    this.#receiving?.close();
    this.#receiving = undefined;
  }

  async #resume(): Promise<void> {
    if (!this.#allowed || this.#resumed || this.#receiving === undefined) return;
    this.#resumed = true;
    await this.#ask('consumer.resume', this.#name);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  get #name(): { participantId: ParticipantId; source: Source } {
    return { participantId: this.participant, source: this.source };
  }
}
