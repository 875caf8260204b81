import { ed25519 } from '@noble/curves/ed25519.js';
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { CallId } from '../../src/shared/identity/call-id.ts';
import { encodeRequest, parseFromRouter, parseResult } from '../../src/shared/protocol/envelope.ts';
import { closeCodes, CodedError, type RequestError } from '../../src/shared/protocol/errors.ts';
import { joinMessage } from '../../src/shared/protocol/join-message.ts';
import type { Notice, NoticeName, NoticeParams } from '../../src/shared/protocol/notices.ts';
import type { Params, RequestName, Result } from '../../src/shared/protocol/requests.ts';
import { seatMessage } from '../../src/shared/protocol/seat.ts';
import type { SealedChannel } from '../../src/shared/sealing/channel.ts';
import { ClientHandshake } from '../../src/shared/sealing/client-handshake.ts';
import type { Multiply } from '../../src/shared/sealing/public-key.ts';
import { multiply as x25519 } from '../../src/server/keys/x25519.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';

/** How long a router may take for its half of a WebSocket's end, in ms. */
const closingMs = 1_000;

/** An Ed25519 pair by which somebody takes a seat. */
export class TestSeat {
  readonly #secret = ed25519.utils.randomSecretKey();
  readonly publicKey: Bytes = new Uint8Array(ed25519.getPublicKey(this.#secret));

  sign(message: Uint8Array): Bytes {
    return new Uint8Array(ed25519.sign(message, this.#secret));
  }
}

/** What a join has beside the call's own proof: a seat key, and its signature for one channel. */
export function seatParams(
  channel: SealedChannel,
  routerKey: Bytes,
  callId: CallId,
  seat = new TestSeat(),
): Pick<Params<'call.join'>, 'seatKey' | 'seatSignature'> {
  const { own, peer } = channel.cookies;
  const message = seatMessage({ routerKey, clientCookie: own, routerCookie: peer }, callId);
  return { seatKey: seat.publicKey, seatSignature: seat.sign(message) };
}

/** A call as its participants know it: what signs, and what it is called. */
export interface TestCall {
  readonly id: CallId;
  sign(message: Uint8Array): Bytes;
}

export function testCall(): TestCall {
  const secret = ed25519.utils.randomSecretKey();
  const id = CallId.from(ed25519.getPublicKey(secret));
  if (id === undefined) throw new Error('no call id');
  return { id, sign: (message) => new Uint8Array(ed25519.sign(message, secret)) };
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** How to reach a router, as `startRouter` gives it. `from`: the loopback address to connect from. */
export interface Reach {
  readonly address: string;
  readonly routerKey: Bytes;
  readonly from?: string;
  readonly origin?: string;
  /** Where its WebSocket is, if not where it should be. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** X25519, if somebody wants to know the shared secrets. */
  readonly multiply?: Multiply;
}

/** A bare WebSocket to a router, before any handshake. Messages that came early are kept until asked for. */
export class TestSocket {
  readonly webSocket: WebSocket;
  readonly closed: Promise<Closed>;
  /** Messages both ways, and their bytes, so far. */
  readonly traffic = { messages: 0, bytes: 0 };
  readonly #inbox: Bytes[] = [];
  #wake: (() => void) | undefined;
  #end: Closed | undefined;

  /** Resolves when it is open. Rejects when the upgrade is refused. */
  static async open({
    address,
    from,
    origin,
    headers = {},
    path = '/socket',
  }: Omit<Reach, 'routerKey'>): Promise<TestSocket> {
    const url = new URL(path, address);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
    const options = {
      rejectUnauthorized: false,
      perMessageDeflate: false,
      closeTimeout: closingMs,
      headers,
      ...(from === undefined ? {} : { localAddress: from }),
      ...(origin === undefined ? {} : { origin }),
    };
    const webSocket = new WebSocket(url, options);
    const socket = new TestSocket(webSocket);
    await new Promise<void>((resolve, reject) => {
      webSocket.once('open', resolve);
      webSocket.once('error', reject);
    });
    return socket;
  }

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data: Buffer) => {
      this.#count(data);
      this.#inbox.push(new Uint8Array(data));
      this.#wake?.();
    });
    webSocket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code, reason) => {
        this.#end = { code, reason: reason.toString() };
        this.#wake?.();
        resolve(this.#end);
      });
    });
  }

  send(bytes: Uint8Array): void {
    this.#count(bytes);
    this.webSocket.send(bytes);
  }

  #count({ length }: Uint8Array): void {
    this.traffic.messages += 1;
    this.traffic.bytes += length;
  }

  /** The next message. Rejects when the socket closes before there is one. */
  async next(): Promise<Bytes> {
    for (;;) {
      const message = this.#inbox.shift();
      if (message !== undefined) return message;
      if (this.#end !== undefined) throw new Error(`closed: ${this.#end.code} ${this.#end.reason}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A client of the router's without media: sealed channel, requests, notices. */
export class TestClient implements Disposable {
  readonly socket: TestSocket;
  readonly channel: SealedChannel;
  readonly #routerKey: Bytes;
  readonly #answers = new Map<number, (answer: { result: unknown } | { error: RequestError }) => void>();
  readonly #notices: Notice[] = [];
  #wake: (() => void) | undefined;
  #lastId = 0;

  /** Connects and sends a hello as `change` leaves it; what comes back is up to the test. */
  static async hello(reach: Reach, change: (hello: Bytes) => Uint8Array): Promise<TestSocket> {
    const socket = await TestSocket.open(reach);
    using handshake = handshakeWith(reach);
    socket.send(change(handshake.hello));
    return socket;
  }

  /** Connects and completes the handshake. Rejects when the socket closes, or with the handshake's CodedError. */
  static async connect(reach: Reach): Promise<TestClient> {
    const socket = await TestSocket.open(reach);
    using handshake = handshakeWith(reach);
    socket.send(handshake.hello);
    const { channel } = handshake.open(await socket.next());
    return new TestClient(socket, channel, reach.routerKey);
  }

  private constructor(socket: TestSocket, channel: SealedChannel, routerKey: Bytes) {
    this.socket = socket;
    this.channel = channel;
    this.#routerKey = routerKey;
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

  /** Joins with right signatures, and a token if the router asks for one. */
  async join(call: TestCall, token?: Bytes, seat = new TestSeat(), lastRun?: Bytes): Promise<Result<'call.join'>> {
    return this.request('call.join', {
      ...this.#proof(call, token),
      ...this.seatParams(call.id, seat),
      ...(lastRun === undefined ? {} : { lastRun }),
      profile: 'opus-vp8-vp9-av1',
    });
  }

  /** What a join on this channel has of a seat. */
  seatParams(callId: CallId, seat = new TestSeat()): ReturnType<typeof seatParams> {
    return seatParams(this.channel, this.#routerKey, callId, seat);
  }

  /** Peeks with a right signature, and a token if the router asks for one. */
  async peek(call: TestCall, token?: Bytes): Promise<Result<'call.peek'>['call']> {
    return (await this.request('call.peek', this.#proof(call, token))).call;
  }

  #proof(call: TestCall, token: Bytes | undefined): Params<'call.peek'> {
    const signature = call.sign(this.joinMessage);
    return { callId: call.id, signature, ...(token === undefined ? {} : { token }) };
  }

  get joinMessage(): Bytes {
    const { own, peer } = this.channel.cookies;
    return joinMessage(this.#routerKey, own, peer);
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

  /** Rejoins with a ticket, instead of joining. */
  async rejoin(ticket: Bytes): Promise<Result<'call.rejoin'>> {
    return this.request('call.rejoin', { ticket });
  }

  /** Breaks the socket, as a network does: a seat on it is held. */
  vanish(): void {
    this.socket.webSocket.terminate();
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

function handshakeWith({ routerKey, multiply = x25519 }: Reach): ClientHandshake {
  const random = (length: number): Bytes => new Uint8Array(randomBytes(length));
  return new ClientHandshake({ routerKeys: [routerKey], multiply, random });
}
