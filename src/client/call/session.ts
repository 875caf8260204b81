import type { Source } from '../../shared/identity/source.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { Agreement } from '../encryption/messages.ts';
import { Media, type Sending } from '../media/media.ts';
import { Transforms } from '../media/transform.ts';
import { RouterConnection } from '../signalling/router-connection.ts';
import type { Socket } from '../signalling/sealed-socket.ts';
import { admit } from './admission.ts';
import { CallError } from './call-error.ts';
import { EncryptionPort } from './encryption-port.ts';
import { Attention } from './attention/attention.ts';
import { RequestPace } from './attention/pace.ts';
import type { Seen } from './attention/plan.ts';
import { askInventory } from './inventory.ts';
import type { Invitation } from './invitation.ts';
import { OwnStreams } from './own-streams.ts';
import { RelayQueue } from './relay-queue.ts';
import { RemoteParticipants } from './remote-participants.ts';
import { SeatLine, type WelcomeBack } from './seat-line.ts';
import type { CallErrorCode } from './types.ts';

/** How long a join waits for the first key of the others, in ms; then the call is shown without it. */
const firstKeyMs = 3_000;
/** How long leaving may wait for the router, in ms. */
const leaveMs = 1_000;

/** Why a session ended: by oneself, for want of fresh keys, or for what went wrong. */
export type SessionEnd = 'left' | 'join-anew' | CallErrorCode;

export interface SessionInput {
  readonly invitation: Invitation;
  readonly name: string;
  readonly clock: Clock;
  readonly socket: (url: string) => Socket;
  readonly worker: () => Worker;
  readonly signal: AbortSignal;
  /** When joining began, in ms of the clock. */
  readonly startedMs: number;
  /** What is to be seen of somebody's video. */
  readonly seen: Seen;
  readonly maxCameras: number;
  /** Anything about anybody changed. */
  readonly onChange: () => void;
}

/** What every session is made of. */
interface Parts {
  readonly line: SeatLine;
  readonly relays: RelayQueue;
  readonly encryption: EncryptionPort;
  readonly others: RemoteParticipants;
  readonly attention: Attention;
  readonly own: OwnStreams;
  readonly media: Promise<Media>;
}

/** One participant id, from its join to its end: a line to the router, an encryption worker, and media. Never used again. */
export class Session {
  readonly lifetime = new Lifetime<SessionEnd>();
  readonly clock: Clock;
  agreement: Agreement = { state: 'waiting' };
  readonly #parts: Parts;
  readonly #firstKey = Promise.withResolvers<undefined>();

  /**
   * Joins. Resolves when the router has admitted us and the first key came (or nobody else is there).
   * Rejects with CallError: what `RouterConnection.open` says, `call-full`, `router-full`, `router-refused`,
   * `browser-cannot-encrypt`, `aborted`.
   */
  static async join(input: SessionInput): Promise<Session> {
    const connect = (signal: AbortSignal): Promise<RouterConnection> =>
      RouterConnection.open({
        routerUrl: input.invitation.routerUrl,
        routerKeys: input.invitation.routerKeys,
        clock: input.clock,
        socket: input.socket,
        signal,
      });
    const connection = await connect(input.signal);
    let close = (code: CallErrorCode): void => {
      connection.close(new CallError(code));
    };
    const abort = (): void => {
      close('aborted');
    };
    input.signal.addEventListener('abort', abort, { once: true });
    try {
      const admitted = await admit(connection, input.invitation);
      const session = new Session(connection, connect, admitted, input);
      close = (code) => {
        session.end(code);
      };
      await session.#ready();
      return session;
    } catch (error) {
      close('ended');
      throw error;
    } finally {
      input.signal.removeEventListener('abort', abort);
    }
  }

  private constructor(
    connection: RouterConnection,
    connect: (signal: AbortSignal) => Promise<RouterConnection>,
    admitted: Result<'call.join'>,
    input: SessionInput,
  ) {
    const worker = input.worker();
    this.clock = input.clock;
    const line = new SeatLine(
      connection,
      admitted.ticket,
      {
        notice: (notice) => {
          this.#notice(notice);
        },
        lost: input.onChange,
        back: (welcome) => {
          this.#back(welcome);
          input.onChange();
        },
      },
      { connect, clock: input.clock, random: Math.random },
    );
    const relays = new RelayQueue(line.ask, input.clock);
    const encryption = new EncryptionPort(worker, input.clock, {
      relay: (message) => {
        relays.add(message);
      },
      state: (state) => {
        line.ask('state.update', { state }).catch(() => undefined); // the next one comes in 10 s
      },
      people: (people) => {
        this.#parts.others.proved(people);
        if (people.some(({ keyHeld }) => keyHeld)) this.#firstKey.resolve(undefined);
      },
      level: (participant, level) => {
        this.#parts.others.toldLevel(participant, level);
      },
      agreement: (agreement) => {
        this.agreement = agreement;
        input.onChange();
      },
    });
    const media = Media.create(line.ask, admitted.rtpCapabilities, new Transforms(worker));
    const { clock, seen, maxCameras, onChange } = input;
    const others = new RemoteParticipants({
      ask: line.ask,
      media,
      pace: new RequestPace(clock),
      clock,
      onChange: () => {
        this.#parts.attention.update();
        onChange();
      },
    });
    const own = new OwnStreams();
    const ears = {
      received: () => this.received(),
      ownSound: () => own.sound('microphone'),
      tellLevel: (level: number) => {
        encryption.post({ type: 'level', level });
      },
    };
    const attention = new Attention({ others, ears, seen, mostCameras: maxCameras, clock, onChange });
    this.#parts = { line, relays, encryption, others, attention, own, media };
    this.#endTogether();
    encryption.post({
      type: 'start',
      callKey: input.invitation.callKey(),
      participant: admitted.participantId.key,
      name: input.name,
      others: admitted.others.map(({ participantId }) => participantId.key),
    });
    if (admitted.others.length === 0) this.#firstKey.resolve(undefined);
    for (const { participantId, sources } of admitted.others) {
      others.joined(participantId, input.startedMs);
      for (const { source } of sources) others.opened(participantId, source);
    }
    line.listen();
  }

  /** The connection to the router is lost for the moment; media go on. */
  get away(): boolean {
    return this.#parts.line.away;
  }

  get others(): RemoteParticipants {
    return this.#parts.others;
  }

  /** Who speaks; and to be told when something else is to be seen. */
  get attention(): Pick<Attention, 'speakers' | 'look'> {
    return this.#parts.attention;
  }

  get encryption(): EncryptionPort {
    return this.#parts.encryption;
  }

  /** The browser's numbers of what is received now, by mid. */
  async received(): Promise<ReadonlyMap<string, RTCInboundRtpStreamStats>> {
    const media = await this.#parts.media;
    return media.statistics();
  }

  /** All that the router holds on us. Rejects with CallError `router-refused`, or why the connection ended. */
  inventory(): Promise<Inventory> {
    return askInventory(this.#parts.line.ask);
  }

  /** Tells everybody, end-to-end, whether a source of ours is on. */
  capture(source: Source, on: boolean): void {
    this.#parts.encryption.post({ type: 'capture', source, on });
  }

  /** Tells everybody, end-to-end and without a message of its own, whether our open microphone is muted. */
  mute(muted: boolean): void {
    this.#parts.encryption.post({ type: 'mute', muted });
  }

  /** Sends one of our sources. Rejects like `Media.send`. */
  async send(source: Source, track: MediaStreamTrack, maxHeight: number): Promise<Sending> {
    const media = await this.#parts.media;
    return this.#parts.own.add(source, await media.send(source, track, maxHeight));
  }

  /** Says goodbye to the others and to the router, then ends. */
  async leave(): Promise<void> {
    if (this.lifetime.ended) return;
    const { line, relays, encryption } = this.#parts;
    await encryption.leave(); // its last relays are the byes
    const left = relays.drained.then(() => line.ask('call.leave', {})).catch(() => undefined);
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const stopTimer = this.clock.after(leaveMs, () => {
      resolve(undefined);
    });
    await Promise.race([left, late]);
    stopTimer();
    this.end('left');
  }

  /** Ends at once, without goodbyes. */
  end(reason: SessionEnd): void {
    if (this.lifetime.ended) return;
    this.lifetime.end(reason);
    const { line, encryption, others, attention, media } = this.#parts;
    attention.close();
    others.close();
    encryption.close();
    line.close();
    media.then(
      (opened) => {
        opened.close('ended');
      },
      () => undefined,
    );
  }

  /** One part's end is everybody's. */
  #endTogether(): void {
    const { line, encryption, media } = this.#parts;
    line.lifetime.onEnd((code) => {
      this.end(code);
    });
    encryption.lifetime.onEnd((reason) => {
      if (reason !== 'closed') this.end(reason === 'died' ? 'browser-cannot-encrypt' : reason);
    });
    media.then(
      (opened) => {
        opened.lifetime.onEnd((code) => {
          this.end(code);
        });
      },
      (error: unknown) => {
        this.end(error instanceof CallError ? error.code : 'router-refused');
      },
    );
  }

  /**
   * The same seat again. The worker hears who left; whoever came, or had not authenticated yet, has said things that we
   * missed and that are not said twice (ENCRYPTION "Gaps"): then we join anew.
   */
  #back({ others: present }: WelcomeBack): void {
    const { encryption, others } = this.#parts;
    const { left, anybodyCame } = others.catchUp(present);
    for (const id of left) encryption.post({ type: 'participant-left', participant: id.key });
    if (anybodyCame || others.arriving) this.end('join-anew');
  }

  #notice(notice: Notice): void {
    const { encryption, others, own } = this.#parts;
    switch (notice.notice) {
      case 'participant.joined':
        others.joined(notice.params.participantId);
        encryption.post({ type: 'participant-joined', participant: notice.params.participantId.key });
        break;
      case 'participant.left':
        others.left(notice.params.participantId);
        encryption.post({ type: 'participant-left', participant: notice.params.participantId.key });
        break;
      case 'source.opened':
        others.opened(notice.params.participantId, notice.params.source);
        break;
      case 'source.closed':
        others.closed(notice.params.participantId, notice.params.source);
        break;
      case 'relay.received':
        for (const { from, bytes } of notice.params.list) encryption.post({ type: 'relayed', from: from.key, bytes });
        break;
      case 'subscription.changed':
        others.changed(notice.params);
        break;
      case 'source.wanted':
        own.wanted(notice.params.source, notice.params.layers);
        break;
      case 'source.paused': // that a source is on or off is believed from its sender only
      case 'source.resumed':
      case 'router.draining': // the socket's close says the rest
        break;
    }
  }

  /** Until media can flow and the first key is held, or nobody else is there. Throws CallError when the session ends before. */
  async #ready(): Promise<void> {
    const ended = Promise.withResolvers<undefined>();
    const stopListening = this.lifetime.onEnd(() => {
      ended.resolve(undefined);
    });
    const stopTimer = this.clock.after(firstKeyMs, () => {
      this.#firstKey.resolve(undefined);
    });
    const media = this.#parts.media.catch(() => ended.promise);
    await Promise.race([Promise.all([media, this.#firstKey.promise]), ended.promise]);
    stopTimer();
    stopListening();
    const { reason } = this.lifetime;
    if (reason !== undefined) throw new CallError(reason === 'left' || reason === 'join-anew' ? 'ended' : reason);
  }
}
