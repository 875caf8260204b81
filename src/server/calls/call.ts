import type { CallId } from '../../shared/identity/call-id.ts';
import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import { CodedError, type CloseReason } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import { equal, type Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { CallMedia, Layers, MediaPool } from '../media/types.ts';
import { CallState } from './call-state.ts';
import { highest } from './demand.ts';
import { Participant, subscriptionKey, type OpenSource } from './participant.ts';
import type { Peer } from './presence.ts';

/** Media processes that a call may lose within `deathsMs` before it is given up: one that dies so often would die again. */
const mostDeaths = 2;
/** In ms. Lower bears more crashes. */
const deathsMs = 60_000;

/** What a call needs from outside: time, random bytes, and how many it may have. */
export interface CallServices {
  readonly clock: Clock;
  readonly random: (length: number) => Bytes;
  readonly participantLimit: number;
}

/** Told of one call. */
export interface CallListener {
  /** Somebody has left. */
  left(): void;
  /** Its media process died by itself; it gets another, or ends. */
  mediaDied(): void;
}

/** Which seat somebody takes. */
export interface Claim {
  readonly id: ParticipantId;
  /** Of whoever had this seat before: the run of a call that it was in. */
  readonly lastRun?: Bytes | undefined;
  /** Whether the router itself takes it, in a call of its own (PROTOCOL section 7, "Self-call"). */
  readonly own?: boolean;
}

/** Why a call ended: its last participant left, its media process died once too often, or the router stops. */
export type CallEnd = 'empty' | 'media-failed' | 'router-stopping';

/** One running call: who is in, and all that the router holds of it. When it ends, all of that goes with it. */
export class Call {
  readonly lifetime = new Lifetime<CallEnd>();
  readonly id: CallId;
  /** Tells this run of the call from every other one, on this router or another. */
  readonly run: Bytes;
  /** The same of every media process. */
  readonly rtpCapabilities: CallMedia['rtpCapabilities'];
  /** Whole minutes since 1970 (UTC): nobody needs to know it any closer. */
  readonly startedAt: number;
  readonly state: CallState;
  /** Most participants that it had at once. */
  #most = 0;
  readonly #services: CallServices;
  readonly #pool: Pick<MediaPool, 'take'>;
  readonly #listener: CallListener;
  /** Undefined from the death of one to the start of the next. */
  #media: CallMedia | undefined;
  #mediaNumber = 1;
  /** When media processes died lately, in ms of the clock. */
  #deathsMs: readonly number[] = [];
  /** Keyed by `ParticipantId.key`, in order of joining. */
  readonly #participants = new Map<string, Participant>();

  /** Owns `media` from here on, and what it takes from `pool` when that dies. */
  constructor(
    id: CallId,
    media: CallMedia,
    pool: Pick<MediaPool, 'take'>,
    services: CallServices,
    listener: CallListener,
  ) {
    this.id = id;
    this.run = services.random(limits.runBytes);
    this.rtpCapabilities = media.rtpCapabilities;
    this.startedAt = Math.floor(services.clock.calendarMs() / 60_000);
    this.state = new CallState(services.clock);
    this.#pool = pool;
    this.#services = services;
    this.#listener = listener;
    this.#use(media);
  }

  /** Throws CodedError `media-renewed` while there is none. */
  get media(): CallMedia {
    if (this.#media === undefined) throw new CodedError('media-renewed');
    return this.#media;
  }

  /** How many media processes it has had, the present one included; undefined while there is none. */
  get mediaNumber(): number | undefined {
    return this.#media === undefined ? undefined : this.#mediaNumber;
  }

  /** What its media process uses of one processor, from 0 to 1. */
  get coreShare(): number {
    return this.#media?.coreShare ?? 0;
  }

  /** How many are in it. */
  get size(): number {
    return this.#participants.size;
  }

  get most(): number {
    return this.#most;
  }

  /** Nobody more is let in. */
  get full(): boolean {
    return this.size >= this.#services.participantLimit;
  }

  get participants(): readonly Participant[] {
    return [...this.#participants.values()];
  }

  /**
   * A seat for `peer`, told to the others before this returns. Whoever sits in it already is replaced, and the others are told
   * only that its sources have closed. Throws CodedError `call-full`; `seat-refused` for a seat that has ended in this run.
   */
  admit(peer: Peer, { id, lastRun }: Claim): Participant {
    const before = this.find(id);
    if (before === undefined && lastRun !== undefined && equal(lastRun, this.run)) throw new CodedError('seat-refused');
    if (before === undefined && this.full) throw new CodedError('call-full');
    if (before !== undefined) this.#replace(before);
    const participant: Participant = new Participant(id, peer, this.#services.clock, () => {
      this.leave(participant);
    });
    if (before === undefined)
      this.notifyOthers(participant, { notice: 'participant.joined', params: { participantId: id } });
    this.#participants.set(id.key, participant);
    this.#most = Math.max(this.#most, this.size);
    return participant;
  }

  /** Throws CodedError `participant-missing` when nobody of that id is in the call. */
  participant(id: ParticipantId): Participant {
    const participant = this.find(id);
    if (participant === undefined) throw new CodedError('participant-missing');
    return participant;
  }

  find(id: ParticipantId): Participant | undefined {
    return this.#participants.get(id.key);
  }

  /** Tells everybody but `from`. */
  notifyOthers(from: Participant, notice: Notice): void {
    for (const participant of this.#participants.values()) {
      if (participant !== from) participant.presence.notify(notice);
    }
  }

  /** The highest layers of that source that anybody in the call wants; null when nobody wants any. */
  wantedOf(owner: Participant, source: Source): Layers | null {
    const key = subscriptionKey(owner.id, source);
    const wants = this.participants.map(({ subscriptions }) => subscriptions.get(key)?.wanted ?? null);
    return wants.reduce(highest, null);
  }

  /** Ends a source of `owner` and everybody's subscription to it, and tells the others. */
  closeSource(owner: Participant, source: Source, open: OpenSource): void {
    owner.sources.delete(source);
    open.producer.close();
    open.demand?.[Symbol.dispose]();
    this.#forgetSource(owner, source);
    this.notifyOthers(owner, { notice: 'source.closed', params: { participantId: owner.id, source } });
  }

  /** Takes a participant out and tells the others; the last one ends the call. A second time does nothing. */
  leave(participant: Participant): void {
    if (this.find(participant.id) !== participant) return;
    this.#participants.delete(participant.id.key);
    for (const source of participant.sources.keys()) this.#forgetSource(participant, source);
    participant[Symbol.dispose]();
    this.notifyOthers(participant, { notice: 'participant.left', params: { participantId: participant.id } });
    this.#listener.left();
    if (this.size === 0) this.end('empty');
  }

  /** Ends the call and its media process. Whoever is still in it is told why. */
  end(reason: CallEnd): void {
    if (this.lifetime.ended) return;
    const left = this.participants;
    this.#participants.clear();
    this.lifetime.end(reason);
    this.state[Symbol.dispose]();
    for (const participant of left) {
      participant.presence.end(closeReason(reason));
      participant[Symbol.dispose]();
    }
    this.#media?.close();
  }

  #use(media: CallMedia): void {
    this.#media = media;
    media.lifetime.onEnd(() => {
      if (!this.lifetime.ended) void this.#renew();
    });
  }

  /** The media process died: another one, and whatever was in the old one is to be made anew (PROTOCOL section 8). Never rejects. */
  async #renew(): Promise<void> {
    this.#media = undefined;
    this.#mediaNumber += 1;
    for (const participant of this.participants) participant.dropMedia();
    this.#listener.mediaDied();
    const nowMs = this.#services.clock.nowMs();
    this.#deathsMs = [...this.#deathsMs.filter((diedMs) => nowMs - diedMs < deathsMs), nowMs];
    const next = this.#deathsMs.length > mostDeaths ? undefined : await this.#pool.take().catch(() => undefined);
    if (this.lifetime.ended) {
      next?.close();
      return;
    }
    if (next === undefined) {
      this.end('media-failed');
      return;
    }
    this.#use(next);
    for (const { presence } of this.participants) presence.notify({ notice: 'media.renewed', params: {} });
  }

  /** Ends what `before` has, for another to sit in its place. */
  #replace(before: Participant): void {
    for (const [source, open] of before.sources) this.closeSource(before, source, open);
    this.#participants.delete(before.id.key);
    before.presence.end('taken-over');
    before[Symbol.dispose]();
  }

  #forgetSource(owner: Participant, source: Source): void {
    const key = subscriptionKey(owner.id, source);
    for (const { subscriptions } of this.#participants.values()) {
      subscriptions.get(key)?.[Symbol.dispose]();
      subscriptions.delete(key);
    }
  }
}

function closeReason(end: CallEnd): CloseReason {
  return end === 'empty' ? 'left' : end;
}
