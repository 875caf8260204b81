import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import type { NoticeParams } from '../../shared/protocol/notices.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { smallGroup } from '../encryption/group/pace.ts';
import type { Person } from '../encryption/messages.ts';
import type { Speech } from './attention/speech.ts';
import { RemoteStream, type StreamServices } from './remote-stream.ts';
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
  /** What was heard of them. */
  speech: Speech | undefined;
  /** How loud they said themselves that they are, and when. */
  told: { readonly level: number; readonly atMs: number } | undefined;
}

/** Everybody else in the call, in order of joining. Follows the router's notices and the worker's list of people. */
export class RemoteParticipants {
  readonly #services: StreamServices;
  readonly #clock: Clock;
  readonly #byKey = new Map<string, RemoteParticipant>();

  constructor(services: StreamServices) {
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

  /** More are here than are all heard. Who has not authenticated does not count: the router could invent them. */
  get isLarge(): boolean {
    return this.all.filter(({ person }) => person?.standing === 'authenticated').length + 1 > smallGroup;
  }

  /** `firstSeenMs`: from when their first frame is timed; now, unless they were there before us. */
  joined(id: ParticipantId, firstSeenMs: number = this.#clock.nowMs()): void {
    if (this.#byKey.has(id.key)) return;
    this.#byKey.set(id.key, {
      id,
      firstSeenMs,
      streams: new Map(),
      person: undefined,
      speech: undefined,
      told: undefined,
    });
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
    allow(participant);
    this.#services.onChange();
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

  /** The router says what goes out to us now. */
  changed({ participantId, source, ...now }: NoticeParams<'subscription.changed'>): void {
    this.#byKey.get(participantId.key)?.streams.get(source)?.changed(now);
  }

  /** The participant with this key says how loud they are. */
  toldLevel(key: string, level: number): void {
    const participant = this.#byKey.get(key);
    if (participant !== undefined) participant.told = { level, atMs: this.#clock.nowMs() };
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
