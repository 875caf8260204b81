import { encodeError, encodeNotice, parseRequest, type Request } from '../../shared/protocol/envelope.ts';
import { closeCodes, CodedError, requestErrors, type CloseReason } from '../../shared/protocol/errors.ts';
import { joinMessage } from '../../shared/protocol/join-message.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import { cookieLength } from '../../shared/sealing/box.ts';
import type { SealedChannel } from '../../shared/sealing/channel.ts';
import { answerClientHello, type RouterKeyPair } from '../../shared/sealing/router-handshake.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { unreachable } from '../../shared/support/unreachable.ts';
import type { Calls } from '../calls/calls.ts';
import type { Peer } from '../calls/participant.ts';
import type { Seat } from '../calls/seat.ts';
import { generatePair, multiply } from '../keys/x25519.ts';
import type { Caller } from '../requests/handler.ts';
import { answer } from '../requests/handlers.ts';

/** The socket as a session needs it: whole binary messages, and an end with a reason. */
export interface SessionSocket {
  send(bytes: Bytes): void;
  close(reason: CloseReason): void;
}

export interface SessionServices {
  readonly clock: Clock;
  readonly random: (length: number) => Bytes;
  readonly routerKey: RouterKeyPair;
  readonly calls: Calls;
  /** Told that something failed that should not have; never what. */
  readonly failed: () => void;
}

const closeReasons = Object.keys(closeCodes) as CloseReason[];

type State =
  | { readonly at: 'await-hello' }
  | { readonly at: 'sealed'; readonly channel: SealedChannel }
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
  /** The requests so far, one after the other. Never rejects. */
  #queue: Promise<void> = Promise.resolve();
  /** Notices that wait until the answer to the join is out; undefined from then on. */
  #held: Notice[] | undefined = [];
  #leaving = false;
  readonly #peer: Peer = {
    notify: (notice) => {
      if (this.#held === undefined) this.#send(encodeNotice(notice));
      else this.#held.push(notice);
    },
    end: (reason) => {
      this.end(reason);
    },
  };

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
    this.closed();
    this.#socket.close(reason);
  }

  /** The socket is closed, by whomever: all that the session held is given up. */
  closed(): void {
    const state = this.#state;
    this.#state = { at: 'closed' };
    this.#cancelTimeout();
    this.#held = undefined;
    if (state.at === 'sealed' || state.at === 'joined') state.channel[Symbol.dispose]();
    if (state.at === 'joined') state.seat.leave();
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
    this.#state = { at: 'sealed', channel };
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
    this.#queue = this.#queue.then(() => this.#answer(channel, request));
  }

  async #answer(channel: SealedChannel, request: Request): Promise<void> {
    if (this.#state.at === 'closed') return;
    try {
      const bytes = await this.#answerOrRefuse(channel, request);
      this.#unanswered -= 1;
      this.#send(bytes);
      this.#letNoticesOut();
      if (this.#leaving) this.end('left');
    } catch (error) {
      this.#fail(error);
    }
  }

  async #answerOrRefuse(channel: SealedChannel, request: Request): Promise<Bytes> {
    try {
      return await answer(this.#caller(channel), request);
    } catch (error) {
      const refusal = requestErrors.find((code) => error instanceof CodedError && error.code === code);
      if (refusal === undefined) throw error;
      return encodeError(request.id, refusal);
    }
  }

  /** This session as the handler of one request sees it. Requests run one after the other, so its seat is the newest. */
  #caller({ cookies }: SealedChannel): Caller {
    const { calls, routerKey } = this.#services;
    return {
      calls,
      peer: this.#peer,
      joinMessage: joinMessage(routerKey.publicKey, cookies.peer, cookies.own),
      seat: this.#state.at === 'joined' ? this.#state.seat : undefined,
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
    if (reason === undefined) this.#services.failed();
    this.end(reason ?? 'internal');
  }
}
