import type { CallId } from '../../shared/identity/call-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import { SeatKey } from '../encryption/call-key/seat-key.ts';
import type { Agreement, VideoCodec } from '../encryption/messages.ts';
import type { Receiving, SendOptions, Sending } from '../media/media.ts';
import { Transforms } from '../media/transform.ts';
import type { VideoAbilities } from '../media/video-codecs.ts';
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
import { MediaPath } from './media-path.ts';
import { OwnStreams } from './own-streams.ts';
import { RelayQueue } from './relay-queue.ts';
import { RemoteParticipants } from './remote-participants.ts';
import { elsewhere, type KnownRouter } from './routers.ts';
import { SeatLine, type Back, type Joined } from './seat-line.ts';
import type { CallErrorCode, Connection, Readable } from './types.ts';
import { VideoChoice } from './video-choice.ts';
import type { Tokens } from './with-token.ts';

/** How long a join waits for the first key of the others, in ms; then the call is shown without it. */
const firstKeyMs = 3_000;
/** How long leaving may wait for the router, in ms. */
const leaveMs = 1_000;
/** Over how long participants spread their leaving a router that is about to stop, in ms, at most. It holds their seats for 10 s. */
const moveSpreadMs = 4_000;
/** How long media by the router before go on after a move, in ms: the others may move up to `moveSpreadMs` later. */
const moveOverlapMs = 6_000;

/** Why a session ended: by oneself, for want of fresh keys, or for what went wrong. */
export type SessionEnd = 'left' | 'join-anew' | CallErrorCode;

export interface SessionInput {
  readonly invitation: Invitation;
  /** The router to join on. */
  readonly router: KnownRouter;
  /** All that the application knows. */
  readonly routers: readonly KnownRouter[];
  /** Tells of changes of the device's network until its answer is called. */
  readonly network: (changed: () => void) => () => void;
  readonly name: string;
  readonly clock: Clock;
  readonly socket: (url: string) => Socket;
  readonly worker: () => Worker;
  readonly video: VideoAbilities;
  readonly signal: AbortSignal;
  readonly tokens: Tokens | undefined;
  /** When joining began, in ms of the clock. */
  readonly startedMs: number;
  /** What is to be seen of somebody's video. */
  readonly seen: Seen;
  readonly maxCameras: number;
  /** Anything about anybody changed. */
  readonly onChange: () => void;
}

type Connect = (router: KnownRouter, signal: AbortSignal) => Promise<RouterConnection>;

/** What every session is made of. */
interface Parts {
  readonly line: SeatLine;
  readonly relays: RelayQueue;
  readonly encryption: EncryptionPort;
  readonly others: RemoteParticipants;
  readonly attention: Attention;
  readonly own: OwnStreams;
  readonly path: MediaPath;
  readonly choice: VideoChoice;
}

/**
 * One participant id, from its join to its end: a seat key, a line to one router after the other, an encryption worker, and
 * media. Never used again.
 */
export class Session {
  readonly lifetime = new Lifetime<SessionEnd>();
  readonly clock: Clock;
  agreement: Agreement = { state: 'waiting' };
  readonly #input: SessionInput;
  readonly #seatKey: SeatKey;
  readonly #callId: CallId;
  readonly #parts: Parts;
  #moving = false;
  /** As told last. */
  #capabilities: Joined['rtpCapabilities'];
  readonly #firstKey = Promise.withResolvers<undefined>();

  /**
   * Joins. Resolves when the router has admitted us and the first key came (or nobody else is there).
   * Rejects with CallError: what `RouterConnection.open` says, `call-full`, `router-full`, `router-refused`,
   * `browser-cannot-encrypt`, `aborted`, and for want of a token what `withToken` says.
   */
  static async join(input: SessionInput): Promise<Session> {
    const { clock, socket, invitation, router } = input;
    const connect: Connect = (to, signal) => RouterConnection.open({ ...to, clock, socket, signal });
    // Before it is needed: it takes as long to start as the router to let us in.
    const worker = input.worker();
    let discard = (): void => {
      worker.terminate();
    };
    const connecting = connect(router, input.signal);
    // What is needed then is made while the network is what takes time.
    const made = Promise.all([invitation.callId, SeatKey.create()]).catch((cause: unknown) => {
      throw new CallError('browser-cannot-encrypt', { cause }); // it has no Ed25519
    });
    const [connection, [callId, seatKey]] = await Promise.all([connecting, made]).catch((error: unknown) => {
      discard();
      connecting.then(
        (connection) => {
          connection.close();
        },
        () => undefined,
      );
      throw error;
    });
    let close = (code: CallErrorCode): void => {
      connection.close(new CallError(code));
    };
    const abort = (): void => {
      close('aborted');
    };
    input.signal.addEventListener('abort', abort, { once: true });
    worker.addEventListener('error', () => {
      close('browser-cannot-encrypt');
    });
    try {
      const admitted = await admit(connection, invitation, seatKey, input.tokens);
      if (admitted === 'seat-ended') throw new CallError('router-refused'); // of a seat that never was
      const session = new Session(connection, connect, admitted, callId, seatKey, worker, input);
      discard = () => undefined; // the session ends it in order
      close = (code) => {
        session.end(code);
      };
      await session.#ready();
      return session;
    } catch (error) {
      close('ended');
      discard();
      seatKey.purge();
      throw error;
    } finally {
      input.signal.removeEventListener('abort', abort);
    }
  }

  private constructor(
    connection: RouterConnection,
    connect: Connect,
    admitted: Joined,
    callId: CallId,
    seatKey: SeatKey,
    worker: Worker,
    input: SessionInput,
  ) {
    const { invitation, clock, onChange } = input;
    this.#input = input;
    this.#seatKey = seatKey;
    this.#callId = callId;
    this.#capabilities = admitted.rtpCapabilities;
    this.clock = clock;
    const line = new SeatLine(
      input.router,
      connection,
      admitted,
      {
        notice: (notice) => {
          this.#notice(notice);
        },
        lost: onChange,
        back: (back) => {
          this.#back(back);
          onChange();
        },
      },
      {
        connect,
        join: (over, lastRun) => admit(over, invitation, seatKey, input.tokens, lastRun),
        elsewhere: (present) => elsewhere(callId, input.routers, present),
        clock,
        random: Math.random,
      },
    );
    const relays = new RelayQueue(line.ask, clock);
    const encryption = new EncryptionPort(worker, clock, {
      relay: (message) => {
        relays.add(message);
      },
      state: (state) => {
        line.ask('state.update', { state }).catch(() => undefined); // the next one comes in 10 s
      },
      people: (people) => {
        this.#parts.others.proved(people);
        this.#parts.choice.update(people);
        if (people.some(({ keyHeld }) => keyHeld)) this.#firstKey.resolve(undefined);
      },
      level: (participant, level) => {
        this.#parts.others.toldLevel(participant, level);
      },
      agreement: (agreement) => {
        this.agreement = agreement;
        onChange();
      },
    });
    const path = new MediaPath(
      {
        ask: line.ask,
        transforms: new Transforms(worker),
        layered: input.video.layered,
        clock,
        ended: (code) => {
          this.end(code);
        },
        recovered: () => {
          this.others.revive();
        },
        onChange,
      },
      admitted.rtpCapabilities,
    );
    const { seen, maxCameras } = input;
    const others = new RemoteParticipants({
      ask: line.ask,
      get media() {
        return path.current;
      },
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
    const choice = new VideoChoice(input.video.sends, clock);
    this.#parts = { line, relays, encryption, others, attention, own, path, choice };
    this.#endTogether();
    encryption.post({
      type: 'start',
      callKey: invitation.callKey(),
      callId: callId.bytes,
      participant: admitted.participantId.key,
      name: input.name,
      others: admitted.others.map(({ participantId }) => participantId.key),
      decodes: input.video.decodes,
    });
    if (admitted.others.length === 0) this.#firstKey.resolve(undefined);
    for (const { participantId, sources } of admitted.others) {
      others.joined(participantId, input.startedMs);
      for (const { source } of sources) others.opened(participantId, source);
    }
    line.listen();
  }

  /** How it is with the router and with media at the moment. */
  get connection(): Pick<Connection, 'phase' | 'media'> {
    const { line, path } = this.#parts;
    return { phase: line.away ? 'reconnecting' : this.#moving ? 'moving' : 'connected', media: path.state };
  }

  /** The router that we are on. */
  get router(): KnownRouter {
    return this.#parts.line.router;
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

  /** The browser's numbers of what is received now. */
  async received(): Promise<ReadonlyMap<Receiving, RTCInboundRtpStreamStats>> {
    const { path } = this.#parts;
    const streams = await path.statistics();
    const before = path.state;
    path.received([...streams.values()].reduce((sum, { packetsReceived = 0 }) => sum + packetsReceived, 0));
    if (path.state !== before) this.#input.onChange();
    return streams;
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

  /** What our videos are to be sent in. */
  get videoCodec(): Readable<VideoCodec> {
    return this.#parts.choice.codec;
  }

  /** Sends one of our sources. Rejects like `Media.send`. */
  async send(source: Source, track: MediaStreamTrack, options: SendOptions): Promise<Sending> {
    const { own, path } = this.#parts;
    return own.add(source, await path.send(source, track, options));
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
    const { line, encryption, others, attention, path, choice } = this.#parts;
    attention.close();
    choice.close();
    others.close();
    encryption.close();
    line.close();
    path.close();
    this.#seatKey.purge();
  }

  /** One part's end is everybody's. */
  #endTogether(): void {
    const { line, encryption, path } = this.#parts;
    const stopListening = this.#input.network(() => {
      path.networkChanged();
    });
    this.lifetime.onEnd(stopListening);
    line.lifetime.onEnd((code) => {
      this.end(code);
    });
    encryption.lifetime.onEnd((reason) => {
      if (reason !== 'closed') this.end(reason === 'died' ? 'browser-cannot-encrypt' : reason);
    });
  }

  /**
   * The same seat again (ENCRYPTION "Gaps"). The worker hears who left, and greets whoever came. Who had not authenticated yet
   * may have said things that we missed and that are not said twice: then we join anew.
   */
  #back(back: Back): void {
    const { encryption, others, path } = this.#parts;
    const { arriving } = others;
    const { welcome } = back;
    this.#capabilities = welcome.rtpCapabilities;
    const mediaStand = back.how === 'rejoined' && (back.welcome.own.transports.length > 0 || !path.established);
    if (mediaStand) path.back();
    else this.#renewMedia(back.how === 'moved');
    const sameRun = back.how === 'rejoined' || (back.how === 'joined' && back.sameRun);
    const { left, came } = others.catchUp(welcome.others, sameRun);
    for (const { key } of left) encryption.post({ type: 'participant-left', participant: key });
    for (const { key } of came) encryption.post({ type: 'participant-joined', participant: key, greet: true });
    encryption.post({ type: 'back' });
    if (arriving) this.end('join-anew');
  }

  /** `overlap`: what there was goes on until the new has come. */
  #renewMedia(overlap: boolean): void {
    const { others, path } = this.#parts;
    path.renew(this.#capabilities, overlap ? moveOverlapMs : 0, () => {
      others.dropBefore();
    });
    others.dropStreams(overlap); // after their media: those that rest need not end one by one
  }

  /** The router is about to stop: to the router that the others go to as well, if there is one. */
  async #drain(secondsLeft: number): Promise<void> {
    const { line } = this.#parts;
    const routers = elsewhere(this.#callId, this.#input.routers, line.router);
    if (routers.length === 0 || this.#moving) return;
    this.#moving = true;
    this.#input.onChange();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const stopTimer = this.clock.after(Math.random() * Math.min(moveSpreadMs, (secondsLeft * 1_000) / 2), () => {
      resolve(undefined);
    });
    this.lifetime.onEnd(stopTimer);
    await promise;
    await line.move(routers);
    this.#moving = false;
    this.#input.onChange();
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
        encryption.post({
          type: 'relayed',
          list: notice.params.list.map(({ from, bytes }) => ({ from: from.key, bytes })),
        });
        break;
      case 'media.renewed':
        this.#renewMedia(false);
        break;
      case 'router.draining':
        void this.#drain(notice.params.secondsLeft);
        break;
      case 'subscription.changed':
        others.changed(notice.params);
        break;
      case 'source.wanted':
        own.wanted(notice.params.source, notice.params.layers);
        break;
      case 'source.paused': // that a source is on or off is believed from its sender only
      case 'source.resumed':
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
    const media = this.#parts.path.current.catch(() => ended.promise);
    await Promise.race([Promise.all([media, this.#firstKey.promise]), ended.promise]);
    stopTimer();
    stopListening();
    const { reason } = this.lifetime;
    if (reason !== undefined) throw new CallError(reason === 'left' || reason === 'join-anew' ? 'ended' : reason);
  }
}
