import type { CallId } from '../../shared/identity/call-id.ts';
import { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import { CodedError, type CloseReason } from '../../shared/protocol/errors.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { CallMedia, Layers } from '../media/types.ts';
import { CallState } from './call-state.ts';
import { highest } from './demand.ts';
import { Participant, subscriptionKey, type OpenSource } from './participant.ts';
import type { Peer } from './presence.ts';

/** What a call needs from outside: its media, time, 16 random bytes per participant, and how many it may have. */
export interface CallServices {
  readonly clock: Clock;
  readonly random: (length: number) => Bytes;
  readonly participantLimit: number;
}

/** Why a call ended: its last participant left, its media process died, or the router stops. */
export type CallEnd = 'empty' | 'media-failed' | 'router-stopping';

/** One running call: who is in, and all that the router holds of it. When it ends, all of that goes with it. */
export class Call {
  readonly lifetime = new Lifetime<CallEnd>();
  readonly id: CallId;
  readonly media: CallMedia;
  /** Whole minutes since 1970 (UTC): nobody needs to know it any closer. */
  readonly startedAt: number;
  readonly state: CallState;
  /** Most participants that it had at once. */
  #most = 0;
  readonly #services: CallServices;
  readonly #left: () => void;
  /** Keyed by `ParticipantId.key`, in order of joining. */
  readonly #participants = new Map<string, Participant>();

  /** Owns `media` from here on. `left` is told when somebody has left. */
  constructor(id: CallId, media: CallMedia, services: CallServices, left: () => void) {
    this.id = id;
    this.media = media;
    this.startedAt = Math.floor(services.clock.calendarMs() / 60_000);
    this.state = new CallState(services.clock);
    this.#left = left;
    this.#services = services;
    media.lifetime.onEnd(() => {
      this.end('media-failed');
    });
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

  /** A seat for `peer`, told to the others before this returns. Throws CodedError `call-full`. */
  admit(peer: Peer): Participant {
    if (this.full) throw new CodedError('call-full');
    const participant: Participant = new Participant(this.#newId(), peer, this.#services.clock, () => {
      this.leave(participant);
    });
    const { id } = participant;
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
    if (!this.#participants.delete(participant.id.key)) return;
    for (const source of participant.sources.keys()) this.#forgetSource(participant, source);
    participant[Symbol.dispose]();
    this.notifyOthers(participant, { notice: 'participant.left', params: { participantId: participant.id } });
    this.#left();
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
    this.media.close();
  }

  #forgetSource(owner: Participant, source: Source): void {
    const key = subscriptionKey(owner.id, source);
    for (const { subscriptions } of this.#participants.values()) {
      subscriptions.get(key)?.[Symbol.dispose]();
      subscriptions.delete(key);
    }
  }

  #newId(): ParticipantId {
    const id = ParticipantId.from(this.#services.random(ParticipantId.size));
    if (id === undefined) throw new Error('random gave another length');
    return id;
  }
}

function closeReason(end: CallEnd): CloseReason {
  return end === 'empty' ? 'left' : end;
}
