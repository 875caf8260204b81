import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Person } from '../encryption/messages.ts';
import type { Media } from '../media/media.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { RemoteStream } from './remote-stream.ts';
import type { WelcomeBack } from './seat-line.ts';

/** How long somebody may take to authenticate, in ms (ENCRYPTION "hello"); who has not by then is not waited for. */
const arrivalMs = 20_000;

/** One other participant: what the router says of them, and what the encryption worker has proved. */
export interface RemoteParticipant {
  readonly id: ParticipantId;
  readonly firstSeenMs: number;
  readonly streams: Map<Source, RemoteStream>;
  /** Undefined until the worker has said anything of them. */
  person: Person | undefined;
}

/** Everybody else in the call, in order of joining. Follows the router's notices and the worker's list of people. */
export class RemoteParticipants {
  readonly #services: { ask: Ask; media: Promise<Pick<Media, 'receive'>>; onChange: () => void };
  readonly #clock: Clock;
  readonly #byKey = new Map<string, RemoteParticipant>();

  constructor(services: { ask: Ask; media: Promise<Pick<Media, 'receive'>>; onChange: () => void; clock: Clock }) {
    this.#services = services;
    this.#clock = services.clock;
  }

  get all(): readonly RemoteParticipant[] {
    return [...this.#byKey.values()];
  }

  /** Whether somebody is about to authenticate, as far as the worker has said. */
  get arriving(): boolean {
    const sinceMs = this.#clock.nowMs() - arrivalMs;
    return this.all.some(
      ({ person, firstSeenMs }) => (person?.standing ?? 'arriving') === 'arriving' && firstSeenMs > sinceMs,
    );
  }

  /** `firstSeenMs`: from when their first frame is timed; now, unless they were there before us. */
  joined(id: ParticipantId, firstSeenMs: number = this.#clock.nowMs()): void {
    if (this.#byKey.has(id.key)) return;
    this.#byKey.set(id.key, { id, firstSeenMs, streams: new Map(), person: undefined });
    this.#services.onChange();
  }

  left(id: ParticipantId): void {
    const participant = this.#byKey.get(id.key);
    if (participant === undefined) return;
    for (const stream of participant.streams.values()) stream.close();
    this.#byKey.delete(id.key);
    this.#services.onChange();
  }

  opened(id: ParticipantId, source: Source): void {
    const participant = this.#byKey.get(id.key);
    if (participant === undefined || participant.streams.has(source)) return;
    const stream = new RemoteStream(this.#services, id, source);
    participant.streams.set(source, stream);
    stream.open().catch(ignoreRefusal);
    allow(participant);
  }

  /**
   * Takes in what the router says after a gap in its notices: who left and who came, which sources closed and which opened,
   * or both. Answers who left, and whether anybody came.
   */
  catchUp(others: WelcomeBack['others']): { readonly left: readonly ParticipantId[]; readonly anybodyCame: boolean } {
    const present = new Set(others.map(({ participantId }) => participantId.key));
    const left = this.all.filter(({ id }) => !present.has(id.key)).map(({ id }) => id);
    const anybodyCame = others.some(({ participantId }) => !this.#byKey.has(participantId.key));
    for (const id of left) this.left(id);
    for (const { participantId, sources } of others) {
      this.joined(participantId);
      const open = new Map(sources.map(({ source, consumerId }) => [source, consumerId]));
      for (const [source, stream] of this.#byKey.get(participantId.key)?.streams ?? [])
        if (!stream.stands(open.get(source))) this.closed(participantId, source);
      for (const source of open.keys()) this.opened(participantId, source);
    }
    return { left, anybodyCame };
  }

  closed(id: ParticipantId, source: Source): void {
    const participant = this.#byKey.get(id.key);
    participant?.streams.get(source)?.close();
    if (participant?.streams.delete(source) === true) this.#services.onChange();
  }

  /** The worker's list. Whoever it does not name is nobody that we know of, whatever the router says. */
  proved(people: readonly Person[]): void {
    const byKey = new Map(people.map((person) => [person.participant, person]));
    for (const [key, participant] of this.#byKey) {
      participant.person = byKey.get(key);
      allow(participant);
    }
    this.#services.onChange();
  }

  /** Stops receiving from everybody. */
  close(): void {
    for (const participant of this.#byKey.values()) for (const stream of participant.streams.values()) stream.close();
    this.#byKey.clear();
  }
}

/** ENCRYPTION "keys": a consumer is resumed only once its sender's key is held. */
function allow({ person, streams }: RemoteParticipant): void {
  if (person?.standing !== 'authenticated' || !person.keyHeld) return;
  for (const stream of streams.values())
    if (person.capturing.includes(stream.source)) stream.allow().catch(ignoreRefusal);
}

/** A stream that cannot be received stays `waiting`; the rest of the call goes on. What ends the session is told elsewhere. */
function ignoreRefusal(): void {
  return undefined;
}
