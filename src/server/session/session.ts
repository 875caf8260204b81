import { encodeError, encodeNotice, parseRequest, type Request } from '../../shared/protocol/envelope.ts';
import {
  closeCodes,
  CodedError,
  requestErrors,
  type CloseReason,
  type RequestError,
} from '../../shared/protocol/errors.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { cookieLength } from '../../shared/sealing/box.ts';
import type { SealedChannel } from '../../shared/sealing/channel.ts';
import { answerClientHello, type RouterKeyPair } from '../../shared/sealing/router-handshake.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { unreachable } from '../../shared/support/unreachable.ts';
import type { Admission } from '../admission/admission.ts';
import type { SelfCalls } from '../admission/self-calls.ts';
import type { Calls } from '../calls/calls.ts';
import type { Peer } from '../calls/presence.ts';
import type { Seat } from '../calls/seat.ts';
import { generatePair, multiply } from '../keys/x25519.ts';
import type { Caller } from '../requests/handler.ts';
import { answer } from '../requests/handlers.ts';
import { CallProof } from './call-proof.ts';
import { ChannelAdmission } from './channel-admission.ts';
import { reasonOf, seatAfter } from './seat-after.ts';

/** The socket as a session needs it: whole binary messages, and an end with a reason. */
export interface SessionSocket {
  send(bytes: Bytes): void;
  close(reason: CloseReason): void;
  /** What the socket knows of the client, read from it when asked. */
  inventory(): Inventory['socket'];
}

export interface SessionServices {
  readonly clock: Clock;
  readonly random: (length: number) => Bytes;
  readonly routerKey: RouterKeyPair;
  readonly calls: Calls;
  readonly admission: Admission;
  /** Whether this router starts calls now, or why not. */
  readonly readiness: Caller['readiness'];
  readonly selfCalls: SelfCalls;
  readonly watcher: SessionWatcher;
}

/** Told of sessions, never whose. */
export interface SessionWatcher {
  /** Something failed that should not have. */
  failed(): void;
  /** The router ended a socket. */
  ended(reason: CloseReason): void;
  refused(code: RequestError): void;
}

/** Whoever joins many shakes hands and has its media connected while it subscribes to all of them: neither waits (PROTOCOL section 5). */
const atOnce: ReadonlySet<RequestName> = new Set(['relay.send', 'transport.connect']);

const closeReasons = Object.keys(closeCodes) as CloseReason[];

type State =
  | { readonly at: 'await-hello' }
  | {
      readonly at: 'sealed';
      readonly channel: SealedChannel;
      readonly proof: CallProof;
      readonly admission: ChannelAdmission;
    }
  | { readonly at: 'joined'; readonly channel: SealedChannel; readonly seat: Seat }
  | { readonly at: 'closed' };

/** One socket's life, from its opening to its end (PROTOCOL sections 4 to 6). Bad input ends this socket only. */
export class Session {
  readonly #services: SessionServices;
  readonly #socket: SessionSocket;
  readonly #cancelTimeout: () => void;
  #state: State = { at: 'await-hello' };
  #lastRequest = 0;
  #unanswered = 0;
  /** The requests so far, but those that are answered at once, one after the other. Never rejects. */
  #queue: Promise<void> = Promise.resolve();
  /** Notices that wait until the answer to the join is out; undefined from then on. */
  #held: Notice[] | undefined = [];
  #leaving = false;
  readonly #peer = this.#asPeer();

  constructor(socket: SessionSocket, services: SessionServices) {
    this.#socket = socket;
    this.#services = services;
    // PROTOCOL 4 step 5: the handshake is over when the client's first sealed message has opened.
    this.#cancelTimeout = services.clock.after(limits.handshakeMs, () => {
      this.end('handshake-too-slow');
    });
  }

  /** Takes the next message of the socket. */
  receive(message: Uint8Array): void {
    try {
      this.#step(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends session and socket. A second time does nothing. */
  end(reason: CloseReason): void {
    if (this.#state.at === 'closed') return;
    this.#services.watcher.ended(reason);
    this.#close(reason);
    this.#socket.close(reason);
  }

  /** The socket is closed: `code` as the other side gave it (RFC 6455 section 7.1.5), or of the fault that was found with it. */
  closed(code: number): void {
    this.#close(reasonOf(code));
  }

  #close(reason: CloseReason | undefined): void {
    const state = this.#state;
    this.#state = { at: 'closed' };
    this.#cancelTimeout();
    this.#held = undefined;
    if (state.at === 'sealed' || state.at === 'joined') state.channel[Symbol.dispose]();
    if (state.at !== 'joined') return;
    const seat = seatAfter(reason);
    if (seat === 'held') state.seat.lost();
    if (seat === 'given up') state.seat.leave();
  }

  /** This session as its seat sees it. */
  #asPeer(): Peer {
    const open = (): boolean => this.#state.at !== 'closed';
    return {
      get open() {
        return open();
      },
      notify: (notice) => {
        if (this.#held === undefined) this.#send(encodeNotice(notice));
        else this.#held.push(notice);
      },
      end: (reason) => {
        this.end(reason);
      },
    };
  }

  #step(message: Uint8Array): void {
    const state = this.#state;
    switch (state.at) {
      case 'await-hello':
        this.#shakeHands(message);
        return;
      case 'sealed':
      case 'joined':
        this.#open(state.channel, message);
        return;
      case 'closed':
        return;
      default:
        unreachable(state);
    }
  }

  #shakeHands(clientHello: Uint8Array): void {
    const { routerKey: router, random } = this.#services;
    const cookie = random(cookieLength);
    const { hello, channel } = answerClientHello({ router, ephemeral: generatePair(), multiply, cookie }, clientHello);
    const { own, peer } = channel.cookies;
    const proof = new CallProof({ routerKey: router.publicKey, clientCookie: peer, routerCookie: own });
    this.#state = { at: 'sealed', channel, proof, admission: new ChannelAdmission(this.#services.admission) };
    this.#socket.send(hello);
  }

  #open(channel: SealedChannel, message: Uint8Array): void {
    const opened = channel.open(message);
    this.#cancelTimeout();
    const request = parseRequest(opened);
    if (request.id <= this.#lastRequest) throw new CodedError('request-repeated');
    this.#lastRequest = request.id;
    this.#unanswered += 1;
    if (this.#unanswered > limits.openRequests) throw new CodedError('too-many');
    if (atOnce.has(request.request) && this.#isIn) void this.#answer(request);
    else this.#queue = this.#queue.then(() => this.#answer(request));
  }

  /** It has joined, and knows. */
  get #isIn(): boolean {
    return this.#state.at === 'joined' && this.#held === undefined;
  }

  async #answer(request: Request): Promise<void> {
    if (this.#state.at === 'closed') return;
    try {
      const bytes = await this.#answerOrRefuse(request);
      this.#unanswered -= 1;
      this.#send(bytes);
      this.#letNoticesOut();
      if (this.#leaving && request.request === 'call.leave') this.end('left');
    } catch (error) {
      this.#fail(error);
    }
  }

  async #answerOrRefuse(request: Request): Promise<Bytes> {
    try {
      return await answer(this.#caller(), request);
    } catch (error) {
      const refusal = requestErrors.find((code) => error instanceof CodedError && error.code === code);
      if (refusal === undefined) throw error;
      this.#services.watcher.refused(refusal);
      return encodeError(request.id, refusal);
    }
  }

  /** This session as the handler of one request sees it. Requests run one after the other, so its seat is the newest. */
  #caller(): Caller {
    const { calls } = this.#services;
    const seat = (): Seat | undefined => (this.#state.at === 'joined' ? this.#state.seat : undefined);
    return {
      calls,
      peer: this.#peer,
      prove: (callId, signature) => {
        if (this.#state.at !== 'sealed') throw new CodedError('already-joined');
        this.#state.proof.check(callId, signature);
      },
      proveSeat: (params) => {
        if (this.#state.at !== 'sealed') throw new CodedError('already-joined');
        return this.#state.proof.seat(params);
      },
      admit: async (token) => {
        if (this.#state.at === 'sealed') await this.#state.admission.check(token);
      },
      admitSelf: (callId) => this.#services.selfCalls.admit(callId),
      get seat() {
        return seat();
      },
      inventory: () => ({
        socket: this.#socket.inventory(),
        session: {
          channelKeysHeld: this.#state.at === 'joined',
          lastRequest: this.#lastRequest,
          unanswered: this.#unanswered,
          noticesHeldBack: this.#held?.length ?? 0,
        },
      }),
      readiness: this.#services.readiness,
      take: (seat) => {
        this.#take(seat);
      },
      leave: () => {
        this.#leaving = true;
      },
    };
  }

  #take(seat: Seat): void {
    if (this.#state.at !== 'sealed') {
      seat.leave(); // the socket closed while the call was starting
      return;
    }
    this.#state = { at: 'joined', channel: this.#state.channel, seat };
  }

  #letNoticesOut(): void {
    if (this.#state.at !== 'joined') return;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const notice of held) this.#send(encodeNotice(notice));
  }

  #send(message: Bytes): void {
    const state = this.#state;
    if (state.at === 'sealed' || state.at === 'joined') this.#socket.send(state.channel.seal(message));
  }

  #fail(error: unknown): void {
    if (this.#state.at === 'closed') return; // what was under way when the socket closed
    const reason = closeReasons.find((code) => error instanceof CodedError && error.code === code);
    if (reason === undefined) this.#services.watcher.failed();
    this.end(reason ?? 'internal');
  }
}
