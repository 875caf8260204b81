import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { NoticeParams } from '../../shared/protocol/notices.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Media, Receiving } from '../media/media.ts';
import type { Layers } from '../media/svc.ts';
import type { Ask } from '../signalling/router-connection.ts';
import type { RequestPace } from './attention/pace.ts';
import type { Size } from './attention/size.ts';
import { noReception } from './reception.ts';

/** How long to wait before asking again for what the router would not give just now, in ms. */
const againMs = 1_000;

/** What asking again cannot change: the source is closed, or its participant has left. */
const final: ReadonlySet<unknown> = new Set(['source-missing', 'participant-missing']);

/** What is wanted of one source. For audio the size means nothing. */
export interface Wish {
  readonly size: Size;
  /** 0 is served last, 255 first. */
  readonly priority: number;
}

export interface StreamServices {
  readonly ask: Ask;
  readonly media: Promise<Pick<Media, 'receive'>>;
  readonly pace: RequestPace;
  readonly clock: Clock;
  readonly onChange: () => void;
}

type Changed = NoticeParams<'subscription.changed'>;

/** Between two requests for key frames, in ms; the router gathers more into one anyway. */
const keyFrameGapMs = 1_000;

/**
 * One source of another participant, as long as the router says that it is open: subscribed to while it is wanted, resumed
 * when its sender's key is held (ENCRYPTION "keys"), so that the first key frame can be opened.
 */
export class RemoteStream {
  readonly participant: ParticipantId;
  readonly source: Source;
  reception = noReception;
  readonly #services: StreamServices;
  #granted: Layers | null = null;
  #why: Changed['why'] = 'sent';
  #wish: Wish | undefined;
  /** What the router was asked for last, and has answered. */
  #asked: Wish | undefined;
  #following = false;
  #receiving: Receiving | undefined;
  /** The router's name for what we receive; undefined while there is none, or we are asking for it. */
  #consumerId: string | undefined;
  #allowed = false;
  #resumed = false;
  /** Nothing more is asked of the router. */
  #over = false;
  /** What was decoded when its packets were lost, or it was resumed; undefined when there has been something since. */
  #revivedFrom: number | undefined;
  #askedMs = -Infinity;

  constructor(services: StreamServices, participant: ParticipantId, source: Source) {
    this.#services = services;
    this.participant = participant;
    this.source = source;
  }

  get receiving(): Receiving | undefined {
    return this.#receiving;
  }

  get wanted(): boolean {
    return this.#wish !== undefined;
  }

  /** The layers of the video that go out to us now, or from the next key frame on; null: none, or there is no choice of them. */
  get granted(): Layers | null {
    return this.#granted;
  }

  /** Why nothing goes out to us at the moment; `sent` when something does. */
  get why(): Changed['why'] {
    return this.#why;
  }

  /** It is to come at the moment: it is wanted, and nothing is known to keep it back. */
  get expected(): boolean {
    return this.wanted && this.#why === 'sent';
  }

  /** Wants this much from now on, or nothing. Changes that come while the router is being asked are gathered into one. */
  want(wish: Wish | undefined): void {
    if (isSame(wish, this.#wish)) return;
    this.#wish = wish;
    if (!this.#following) void this.#follow();
  }

  /** Its sender's key is held and its sender says that it is on. Once resumed it stays so: the worker drops what is off. */
  async allow(): Promise<void> {
    this.#allowed = true;
    await this.#resume();
  }

  /** The router says what goes out to us now. */
  changed({ layers, why }: Pick<Changed, 'layers' | 'why'>): void {
    this.#granted = layers;
    this.#why = why;
    this.#services.onChange();
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
    else if (this.expected && nowMs - this.#askedMs >= keyFrameGapMs) {
      this.#askedMs = nowMs;
      this.#services.ask('consumer.request-key-frame', this.#name).catch(() => undefined); // the stream has ended
    }
  }

  /** The router that it came from has nothing of it any more, or soon: it stays as it is until it is closed. */
  leaveAsIs(): void {
    this.#over = true;
  }

  /** The router closed it, or its sender left. */
  close(): void {
    this.#over = true;
    this.#end();
  }

  /** Asks until the router has answered the last wish. What it or the media refuse concerns this stream only. */
  async #follow(): Promise<void> {
    this.#following = true;
    while (!this.#isOver() && !isSame(this.#wish, this.#asked)) {
      try {
        await this.#askOnce();
      } catch (error) {
        if (!(error instanceof CodedError) || final.has(error.code)) break;
        const { promise, resolve } = Promise.withResolvers<undefined>();
        this.#services.clock.after(againMs, () => {
          resolve(undefined);
        });
        await promise;
      }
    }
    this.#following = false;
  }

  async #askOnce(): Promise<void> {
    const { ask, pace } = this.#services; // not the media: they are being made, and the router has been asked for them
    if (kindOf(this.source) === 'video') await pace.turn();
    const wish = this.#wish;
    if (this.#isOver() || isSame(wish, this.#asked)) return;
    const wanted = { wanted: wish?.size ?? null, priority: wish?.priority ?? 0 };
    const answer = await ask('subscription.set', { ...this.#name, ...wanted });
    if (this.#isOver()) return;
    this.#asked = wish;
    if (wish === undefined) this.#end();
    else await this.#take(answer);
    this.#services.onChange();
  }

  async #take({ consumer, granted }: Result<'subscription.set'>): Promise<void> {
    this.#granted = granted;
    if (granted !== null) this.#why = 'sent';
    if (consumer === null || consumer.consumerId === this.#consumerId) return;
    this.#consumerId = consumer.consumerId;
    const media = await this.#services.media;
    const receiving = await media.receive(this.participant, this.source, consumer);
    if (this.#isOver()) {
      receiving.close();
      return;
    }
    this.#receiving = receiving;
    this.#services.onChange();
    await this.#resume();
  }

  async #resume(): Promise<void> {
    if (!this.#allowed || this.#resumed || this.#receiving === undefined) return;
    this.#resumed = true;
    await this.#services.ask('consumer.resume', this.#name);
    this.#askedMs = this.#services.clock.nowMs();
    this.revive(); // the key frame that is asked for with it is not always sent: encoders that have just sent one send none
  }

  #end(): void {
    this.#receiving?.close();
    this.#receiving = undefined;
    this.#consumerId = undefined;
    this.#resumed = false;
    this.#granted = null;
    this.#why = 'sent';
    this.reception = { ...noReception, firstFrameAtMs: this.reception.firstFrameAtMs };
  }

  #isOver(): boolean {
    return this.#over;
  }

  get #name(): { participantId: ParticipantId; source: Source } {
    return { participantId: this.participant, source: this.source };
  }
}

function isSame(one: Wish | undefined, other: Wish | undefined): boolean {
  return (
    one?.size.height === other?.size.height &&
    one?.size.framesPerSecond === other?.size.framesPerSecond &&
    one?.priority === other?.priority
  );
}
