import { CodedError, type RequestError } from '../../shared/protocol/errors.ts';
import { encodeRequest, parseFromRouter, parseResult, type FromRouter } from '../../shared/protocol/envelope.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Params, RequestName, Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import { CallError } from '../call/call-error.ts';
import type { CallErrorCode } from '../call/types.ts';
import { SealedSocket, type SocketInput } from './sealed-socket.ts';

/**
 * How long a request may stay unanswered, in ms; then the connection counts as lost. Lower notices sooner, and with a roster
 * every 5 s the others must not take us for gone before (20 s, ENCRYPTION "Gone"); higher bears worse networks.
 */
const answerMs = 5_000;
/** The same for what is asked because the network seems to have changed: the connection may well be of the old one. */
const doubtMs = 1_000;

/** Somebody waiting for the answer to one request. */
interface Waiting {
  readonly answer: (result: unknown) => void;
  readonly refuse: (error: Error) => void;
  readonly stopTimer: () => void;
}

/** Asks the router for something: the slice of a connection that most need. */
export type Ask = <N extends RequestName>(request: N, params: Params<N>) => Promise<Result<N>>;

/** One sealed connection to a router: requests with their answers, and notices in order. */
export class RouterConnection {
  readonly lifetime = new Lifetime<CallErrorCode>();
  readonly #socket: SealedSocket;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #unsent: (() => void)[] = [];
  #lastId = 0;
  #onNotice: ((notice: Notice) => void) | undefined;
  #earlyNotices: Notice[] = [];

  /** Rejects like `SealedSocket.open`. */
  static async open(input: SocketInput): Promise<RouterConnection> {
    return new RouterConnection(await SealedSocket.open(input), input.clock);
  }

  private constructor(socket: SealedSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.listen({
      message: (message) => {
        this.#receive(message);
      },
      end: (error) => {
        this.#end(error);
      },
    });
  }

  /** What a join signature is made over: the router's key and both cookies. */
  get boundTo(): { routerKey: Bytes; ownCookie: Bytes; routerCookie: Bytes } {
    const { own, peer } = this.#socket.cookies;
    return { routerKey: this.#socket.routerKey, ownCookie: own, routerCookie: peer };
  }

  /** Hears every notice from the first on, in the router's order. */
  listen(onNotice: (notice: Notice) => void): void {
    this.#onNotice = onNotice;
    const early = this.#earlyNotices;
    this.#earlyNotices = [];
    for (const notice of early) onNotice(notice);
  }

  /** Rejects with CodedError<RequestError> when the router refuses, with CallError when the connection ends before. */
  readonly ask: Ask = async (request, params) => {
    if (this.lifetime.reason !== undefined) throw new CallError(this.lifetime.reason);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const send = (): void => {
      this.#lastId += 1;
      const id = this.#lastId;
      const message = encodeRequest(id, request, params);
      const stopTimer = this.#clock.after(request === 'transport.restart-ice' ? doubtMs : answerMs, () => {
        this.#socket.abandon();
      });
      this.#waiting.set(id, { answer: resolve, refuse: reject, stopTimer });
      this.#socket.send(message);
    };
    const stopWaiting = this.lifetime.onEnd((code) => {
      reject(new CallError(code));
    });
    if (this.#waiting.size < limits.openRequests) send();
    else this.#unsent.push(send);
    try {
      return parseResult(request, await promise);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'message-invalid') this.close(new CallError('router-refused'));
      throw error;
    } finally {
      stopWaiting();
    }
  };

  close(error: CallError = new CallError('ended')): void {
    this.#socket.close(error);
  }

  /** Closes it as if the network had: a seat on it is held. */
  abandon(): void {
    this.#socket.abandon();
  }

  #receive(message: Uint8Array): void {
    let parsed: FromRouter;
    try {
      parsed = parseFromRouter(message);
    } catch {
      this.close(new CallError('router-refused'));
      return;
    }
    if (parsed === undefined) return; // PROTOCOL 4 step 5: a notice of a newer version
    if ('notice' in parsed) {
      if (this.#onNotice === undefined) this.#earlyNotices.push(parsed);
      else this.#onNotice(parsed);
      return;
    }
    const waiting = this.#waiting.get(parsed.id);
    if (waiting === undefined) {
      this.close(new CallError('router-refused')); // an answer that nobody asked for
      return;
    }
    this.#waiting.delete(parsed.id);
    waiting.stopTimer();
    if ('error' in parsed) waiting.refuse(new CodedError<RequestError>(parsed.error));
    else waiting.answer(parsed.result);
    this.#unsent.shift()?.();
  }

  #end(error: CallError): void {
    for (const waiting of this.#waiting.values()) waiting.stopTimer();
    this.#waiting.clear();
    this.#unsent.length = 0;
    this.lifetime.end(error.code);
  }
}
