import { randomBytes } from 'node:crypto';
import { multiply as x25519 } from '../../server/keys/x25519.ts';
import { encodeRequest, parseFromRouter, parseResult } from '../../shared/protocol/envelope.ts';
import { closeCodes, CodedError, type RequestError } from '../../shared/protocol/errors.ts';
import type { Notice, NoticeName, NoticeParams } from '../../shared/protocol/notices.ts';
import type { Params, RequestName, Result } from '../../shared/protocol/requests.ts';
import type { SealedChannel } from '../../shared/sealing/channel.ts';
import { cookieLength } from '../../shared/sealing/box.ts';
import { ClientHandshake } from '../../shared/sealing/client-handshake.ts';
import { KeyPair } from '../../shared/sealing/key-pair.ts';
import { keyLength } from '../../shared/sealing/public-key.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { RouterSocket, type Closed, type Reach } from './router-socket.ts';

/** A socket after the handshake. */
export interface Sealed {
  readonly socket: RouterSocket;
  readonly channel: SealedChannel;
  readonly routerKey: Bytes;
}

/** A client of the router's without media: sealed channel, requests, notices. */
export class RouterClient implements Disposable {
  readonly socket: RouterSocket;
  readonly channel: SealedChannel;
  protected readonly routerKey: Bytes;
  readonly #answers = new Map<number, (answer: { result: unknown } | { error: RequestError }) => void>();
  readonly #notices: Notice[] = [];
  #wake: (() => void) | undefined;
  #lastId = 0;

  /** Connects and completes the handshake. Rejects when the socket closes, or with the handshake's CodedError. */
  static async connect(reach: Reach): Promise<RouterClient> {
    return new RouterClient(await shakeHands(reach));
  }

  protected constructor({ socket, channel, routerKey }: Sealed) {
    this.socket = socket;
    this.channel = channel;
    this.routerKey = routerKey;
    this.#read().catch(() => undefined); // ends with the socket
  }

  get closed(): Promise<Closed> {
    return this.socket.closed;
  }

  /** Sends a request; resolves with its result. Rejects with CodedError when refused, with Error when the socket closes. */
  async request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>> {
    const id = (this.#lastId += 1);
    const answered = new Promise<{ result: unknown } | { error: RequestError }>((resolve, reject) => {
      this.#answers.set(id, resolve);
      void this.closed.then(({ reason }) => {
        reject(new Error(`closed: ${reason}`));
      });
    });
    this.sendSealed(encodeRequest(id, name, params));
    const answer = await answered;
    if ('error' in answer) throw new CodedError(answer.error);
    return parseResult(name, answer.result);
  }

  /** Seals any bytes and sends them. */
  sendSealed(message: Uint8Array): void {
    this.socket.send(this.channel.seal(message));
  }

  /** The next notice of that name; others before it are skipped. */
  async notice<N extends NoticeName>(name: N): Promise<NoticeParams<N>> {
    for (;;) {
      const notice = await this.anyNotice();
      if (notice.notice === name) return notice.params as NoticeParams<N>;
    }
  }

  /** The next notice, whatever it is. Rejects when the socket closes before there is one. */
  async anyNotice(): Promise<Notice> {
    for (;;) {
      const notice = this.#notices.shift();
      if (notice !== undefined) return notice;
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        void this.closed.then(({ reason }) => {
          reject(new Error(`closed: ${reason}`));
        });
      });
    }
  }

  /** Closes the socket, as a page that goes away does: a seat on it is given up. */
  [Symbol.dispose](): void {
    this.socket.webSocket.close(closeCodes.left);
  }

  async #read(): Promise<void> {
    for (;;) {
      const message = parseFromRouter(this.channel.open(await this.socket.next()));
      if (message === undefined) continue;
      if ('notice' in message) {
        this.#notices.push(message);
        this.#wake?.();
      } else {
        this.#answers.get(message.id)?.(message);
        this.#answers.delete(message.id);
      }
    }
  }
}

/** Connects and completes the handshake. Rejects when the socket closes, or with the handshake's CodedError. */
export async function shakeHands(reach: Reach): Promise<Sealed> {
  const socket = await RouterSocket.open(reach);
  using handshake = handshakeWith(reach);
  socket.send(handshake.hello);
  const { channel } = handshake.open(await socket.next());
  return { socket, channel, routerKey: reach.routerKey };
}

/** A handshake with that router that has not begun. */
export function handshakeWith({
  routerKey,
  multiply = x25519,
}: Pick<Reach, 'routerKey' | 'multiply'>): ClientHandshake {
  const random = (length: number): Bytes => new Uint8Array(randomBytes(length));
  const pair = new KeyPair(random(keyLength), multiply);
  return new ClientHandshake({ routerKeys: [routerKey], pair, cookie: random(cookieLength) });
}
