import { CodedError, closeCodes } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { SealedChannel } from '../../shared/sealing/channel.ts';
import { cookieLength } from '../../shared/sealing/box.ts';
import { ClientHandshake } from '../../shared/sealing/client-handshake.ts';
import { NativeKeyPair } from '../encryption/call-key/native-key-pair.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { CallError } from '../call/call-error.ts';
import { fromCloseCode } from './end-codes.ts';
import { requireTls } from './require-tls.ts';

/** The part of a WebSocket that is used. */
export type Socket = Pick<WebSocket, 'binaryType' | 'send' | 'close' | 'addEventListener'>;

/** What a connection needs: where to, whose keys are pinned, and the world outside. */
export interface SocketInput {
  readonly routerUrl: string;
  readonly routerKeys: readonly Bytes[];
  readonly clock: Clock;
  /** Makes the WebSocket; a test gives its own. */
  readonly socket: (url: string) => Socket;
  readonly signal: AbortSignal;
}

/** Who hears of what comes in. */
export interface SocketListener {
  readonly message: (message: Uint8Array) => void;
  readonly end: (error: CallError) => void;
}

/** RFC 6455 section 7.4.1. */
const normalClosure = 1000;

/** The address of a router's WebSocket. Throws CallError `not-https` where nobody would keep the TLS we rely on. */
export function socketUrl(routerUrl: string): string {
  const url = new URL('/socket', routerUrl);
  requireTls(url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** A WebSocket with the sealed channel inside (PROTOCOL section 4), after its handshake. */
export class SealedSocket {
  /** The pinned key by which the router proved itself. */
  readonly routerKey: Bytes;
  readonly #socket: Socket;
  readonly #channel: SealedChannel;
  #listener: SocketListener | undefined;
  #waiting: Uint8Array[] = [];
  #ended: CallError | undefined;

  /**
   * Connects, and proves that the router holds one of the pinned keys. Rejects with CallError: `not-https`,
   * `router-unreachable`, `router-not-pinned`, `version-unknown`, `router-refused`, `router-full`, `browser-cannot-encrypt`, `aborted`.
   */
  static async open(input: SocketInput): Promise<SealedSocket> {
    if (input.signal.aborted) throw new CallError('aborted');
    const socket = input.socket(socketUrl(input.routerUrl));
    socket.binaryType = 'arraybuffer';
    const shaking = startHandshake(input.routerKeys);
    const { promise, resolve, reject } = Promise.withResolvers<SealedSocket>();
    let opened: SealedSocket | undefined;
    let answered = false;
    const fail = (error: CallError): void => {
      socket.close(closeCodes.left);
      reject(error);
    };
    const abort = (): void => {
      fail(new CallError('aborted'));
    };
    const cancelTimeout = input.clock.after(limits.handshakeMs, () => {
      fail(new CallError('router-unreachable'));
    });
    input.signal.addEventListener('abort', abort, { once: true });
    shaking.catch(() => {
      fail(new CallError('browser-cannot-encrypt')); // it has no X25519
    });
    socket.addEventListener('open', () => {
      shaking.then(
        ({ hello }) => {
          socket.send(hello);
        },
        () => undefined, // it has failed already
      );
    });
    const take = async (routerHello: Uint8Array): Promise<void> => {
      try {
        const handshake = await shaking;
        await handshake.prepare(routerHello);
        const { channel, routerKey } = handshake.open(routerHello);
        opened = new SealedSocket(socket, channel, routerKey);
        resolve(opened);
      } catch (error) {
        fail(fromHandshake(error));
      }
    };
    socket.addEventListener('close', (event) => {
      const error = new CallError(fromCloseCode(event.code));
      if (opened === undefined) reject(error);
      else opened.#end(error);
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (!(event.data instanceof ArrayBuffer) || (answered && opened === undefined)) {
        const error = new CallError('router-refused'); // text, or more than an answer to our hello: not this protocol
        if (opened === undefined) fail(error);
        else opened.close(error);
        return;
      }
      const bytes = new Uint8Array(event.data);
      answered = true;
      if (opened === undefined) void take(bytes);
      else opened.#receive(bytes);
    });
    try {
      return await promise;
    } finally {
      shaking.then(
        (handshake) => {
          handshake[Symbol.dispose]();
        },
        () => undefined,
      );
      cancelTimeout();
      input.signal.removeEventListener('abort', abort);
    }
  }

  private constructor(socket: Socket, channel: SealedChannel, routerKey: Bytes) {
    this.#socket = socket;
    this.#channel = channel;
    this.routerKey = routerKey;
  }

  /** Both cookies of the channel: what the join signature is bound to. */
  get cookies(): { own: Bytes; peer: Bytes } {
    return this.#channel.cookies;
  }

  /** Whoever listens from now on also hears what came before. Once. */
  listen(listener: SocketListener): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) listener.message(message);
    if (this.#ended !== undefined) listener.end(this.#ended);
  }

  /** Seals and sends. Does nothing after the end. */
  send(message: Uint8Array): void {
    if (this.#ended === undefined) this.#socket.send(this.#channel.seal(message));
  }

  /** Closes from our side, for good: whoever has a seat on it gives it up. */
  close(error: CallError = new CallError('ended')): void {
    this.#socket.close(closeCodes.left);
    this.#end(error);
  }

  /** Closes a socket on which nothing gets through any more, without leaving (PROTOCOL section 6). */
  abandon(): void {
    this.#socket.close(normalClosure);
    this.#end(new CallError('router-unreachable'));
  }

  #receive(box: Uint8Array): void {
    if (this.#ended !== undefined) return;
    let message: Uint8Array;
    try {
      message = this.#channel.open(box);
    } catch {
      this.close(new CallError('router-refused')); // PROTOCOL 4 step 5: what does not open ends the channel
      return;
    }
    if (this.#listener === undefined) this.#waiting.push(message);
    else this.#listener.message(message);
  }

  #end(error: CallError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#channel[Symbol.dispose]();
    this.#listener?.end(error);
  }
}

/** While the network is what takes time. Rejects where there is no X25519. */
async function startHandshake(routerKeys: readonly Bytes[]): Promise<ClientHandshake> {
  const pair = await NativeKeyPair.create();
  return new ClientHandshake({ routerKeys, pair, cookie: crypto.getRandomValues(new Uint8Array(cookieLength)) });
}

/** What the client found wrong with the router's hello, to the caller's code. */
function fromHandshake(error: unknown): CallError {
  const code = error instanceof CodedError ? (error.code as string) : '';
  if (code === 'router-not-pinned' || code === 'version-unknown') return new CallError(code);
  return new CallError('router-refused');
}
