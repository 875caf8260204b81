import { WebSocket } from 'ws';
import type { Multiply } from '../../shared/sealing/public-key.ts';
import type { Bytes } from '../../shared/support/bytes.ts';

/** How long a router may take for its half of a WebSocket's end, in ms. */
const closingMs = 1_000;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** How to reach a router, as `startRouter` gives it. */
export interface Reach {
  readonly address: string;
  readonly routerKey: Bytes;
  /** The address to connect from; without it the system chooses. */
  readonly from?: string;
  readonly origin?: string;
  /** Where its WebSocket is, if not where it should be. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the router may take to let the WebSocket in, in ms; without it, as long as it likes. */
  readonly withinMs?: number;
  /** X25519, if somebody wants to know the shared secrets. */
  readonly multiply?: Multiply;
}

/**
 * A bare WebSocket to a router, before any handshake. Messages that came early are kept until asked for. Takes any
 * certificate: the sealed channel authenticates the router by its key.
 */
export class RouterSocket {
  readonly webSocket: WebSocket;
  readonly closed: Promise<Closed>;
  /** Messages both ways, and their bytes, so far. */
  readonly traffic = { messages: 0, bytes: 0 };
  readonly #inbox: Bytes[] = [];
  #wake: (() => void) | undefined;
  #end: Closed | undefined;

  /** Resolves when it is open. Rejects when the upgrade is refused or, with `withinMs`, late. */
  static async open({
    address,
    from,
    origin,
    headers = {},
    path = '/socket',
    withinMs,
  }: Omit<Reach, 'routerKey'>): Promise<RouterSocket> {
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
      ...(withinMs === undefined ? {} : { handshakeTimeout: withinMs }),
    };
    const webSocket = new WebSocket(url, options);
    const socket = new RouterSocket(webSocket);
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
