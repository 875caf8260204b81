import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import type { NoticeParams } from '../../shared/protocol/notices.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { smallGroup } from '../encryption/group/pace.ts';
import type { Person } from '../encryption/messages.ts';
import type { Speech } from './attention/speech.ts';
import { RemoteStream, type StreamServices } from './remote-stream.ts';
import type { Joined, WelcomeBack } from './seat-line.ts';

/** How long somebody may take to authenticate, in ms (ENCRYPTION "hello"); who has not by then is not waited for. */
const arrivalMs = 20_000;

/** One other participant: what the router says of them, and what the encryption worker has proved. */
export interface RemoteParticipant {
  readonly id: ParticipantId;
  readonly firstSeenMs: number;
  readonly streams: Map<Source, RemoteStream>;
  /** Of media that are being replaced: shown until the streams that take their places have pictures. */
  readonly before: Map<Source, RemoteStream>;
  /** It was here before the call moved, and has not come to where the call is now. */
  absent: boolean;
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
    const known = this.#byKey.get(id.key);
    if (known !== undefined) {
      known.absent = false;
      return;
    }
    this.#byKey.set(id.key, {
      id,
      firstSeenMs,
      streams: new Map(),
      before: new Map(),
      absent: false,
      person: undefined,
      speech: undefined,
      told: undefined,
    });
    this.#services.onChange();
  }

  left(id: ParticipantId): void {
    const participant = this.#byKey.get(id.key);
    if (participant === undefined) return;
    closeAll(participant);
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
   * or both. Answers who left and who came. `sameRun`: whoever is not named has left; else they may yet come back as well.
   */
  catchUp(
    others: Joined['others'] | WelcomeBack['others'],
    sameRun: boolean,
  ): { readonly left: readonly ParticipantId[]; readonly came: readonly ParticipantId[] } {
    const present = new Set(others.map(({ participantId }) => participantId.key));
    const left = sameRun ? this.all.filter(({ id }) => !present.has(id.key)).map(({ id }) => id) : [];
    const came = others.map(({ participantId }) => participantId).filter(({ key }) => !this.#byKey.has(key));
    for (const id of left) this.left(id);
    for (const participant of this.all) participant.absent = !present.has(participant.id.key);
    for (const { participantId, sources } of others) {
      this.joined(participantId);
      const open = new Map(sources.map((of) => [of.source, 'consumerId' in of ? of.consumerId : null]));
      for (const [source, stream] of this.#byKey.get(participantId.key)?.streams ?? [])
        if (!stream.stands(open.get(source))) this.closed(participantId, source);
      for (const source of open.keys()) this.opened(participantId, source);
    }
    return { left, came };
  }

  /** The media that all streams came by have ended; or they are being replaced (`keep`), and what is on stays on meanwhile. */
  dropStreams(keep: boolean): void {
    for (const participant of this.#byKey.values()) {
      for (const [source, stream] of participant.streams) {
        if (!keep || stream.reception.state !== 'on') stream.close();
        else {
          stream.leaveAsIs();
          participant.before.set(source, stream);
        }
      }
      participant.streams.clear();
      if (!keep) closeAll(participant);
    }
    this.#services.onChange();
  }

  /** What came in the meantime is lost: pictures need key frames. */
  revive(): void {
    for (const { streams } of this.#byKey.values()) for (const stream of streams.values()) stream.revive();
  }

  /** What was kept has ended. */
  dropBefore(): void {
    for (const { before } of this.#byKey.values()) {
      for (const stream of before.values()) stream.close();
      before.clear();
    }
    this.#services.onChange();
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
      if (participant.absent && participant.person === undefined) this.left(participant.id);
      else allow(participant);
    }
    this.#services.onChange();
  }

  /** Stops receiving from everybody. */
  close(): void {
    for (const participant of this.#byKey.values()) closeAll(participant);
    this.#byKey.clear();
  }
}

/** Of each source the stream that is shown: the newest that has something to show, or else the newest. */
export function shownStreams({
  streams,
  before,
}: Pick<RemoteParticipant, 'streams' | 'before'>): readonly RemoteStream[] {
  const all = new Map([...before, ...streams]);
  for (const [source, stream] of before) if (streams.get(source)?.reception.state !== 'on') all.set(source, stream);
  return [...all.values()];
}

/** ENCRYPTION "keys": a consumer is resumed only once its sender's key is held. */
function allow({ person, streams }: RemoteParticipant): void {
  if (person?.standing !== 'authenticated' || !person.keyHeld) return;
  for (const stream of streams.values())
    if (person.capturing.includes(stream.source)) stream.allow().catch(ignoreRefusal);
}

function closeAll({ streams, before }: RemoteParticipant): void {
  for (const stream of [...streams.values(), ...before.values()]) stream.close();
  streams.clear();
  before.clear();
}

/** A stream that cannot be received stays `waiting`; the rest of the call goes on. What ends the session is told elsewhere. */
function ignoreRefusal(): void {
  return undefined;
}
