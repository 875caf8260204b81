import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { closeCodes, type CloseReason } from '../../shared/protocol/errors.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Session, SessionSocket } from '../session/session.ts';
import type { HandshakeLimit } from './handshake-limit.ts';

/** Makes the session of a new socket. */
export type OpenSession = (socket: SessionSocket) => Session;

/** The WebSocket with this protocol's codes where the library finds fault by itself (RFC 6455 section 7.4.1: 1002 to 1009). */
export class CodedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === 1009) super.close(closeCodes['message-too-large'], 'message-too-large');
    else if (code === 1002 || code === 1007 || code === 1008) super.close(closeCodes.malformed, 'malformed');
    else super.close(code, reason);
  }
}

/** What is below a WebSocket: its TCP connection, and where handshakes are counted. Read for an inventory only. */
export interface Below {
  readonly tcp: Socket;
  readonly handshakes: Pick<HandshakeLimit, 'counts'>;
}

/** One open WebSocket: bytes in, bytes out, pings, and an end with a code. Knows nothing of what the bytes mean. */
export class Connection implements SessionSocket {
  readonly #webSocket: WebSocket;
  readonly #below: Below;
  readonly #clock: Clock;
  readonly #session: Session;
  #heardMs: number;
  #cancelPing: () => void = () => undefined;

  constructor(webSocket: WebSocket, below: Below, clock: Clock, openSession: OpenSession) {
    this.#webSocket = webSocket;
    this.#below = below;
    this.#clock = clock;
    this.#heardMs = clock.nowMs();
    this.#session = openSession(this);
    webSocket.on('message', (data, isBinary) => {
      this.#receive(data, isBinary);
    });
    webSocket.on('pong', () => {
      this.#heardMs = clock.nowMs();
    });
    webSocket.on('error', () => {
      this.#session.closed(closeCodes.malformed); // the library found fault, and closes by itself
    });
    webSocket.on('close', (code) => {
      this.#cancelPing();
      this.#session.closed(code);
    });
    this.#pingLater();
  }

  /** Ends session and socket. */
  end(reason: CloseReason): void {
    this.#session.end(reason);
  }

  send(bytes: Bytes): void {
    this.#webSocket.send(bytes);
    if (this.#webSocket.bufferedAmount > limits.backlogBytes) this.#session.end('reads-too-slowly');
  }

  close(reason: CloseReason): void {
    this.#webSocket.close(closeCodes[reason], reason);
  }

  inventory(): Inventory['socket'] {
    const { tcp, handshakes } = this.#below;
    const { remoteAddress: ip, remotePort: port } = tcp;
    return {
      address: ip === undefined || port === undefined ? null : { ip, port },
      handshakesCounted: ip !== undefined && handshakes.counts(ip),
      lastHeardMs: Math.round(this.#clock.nowMs() - this.#heardMs),
      unsentBytes: this.#webSocket.bufferedAmount,
    };
  }

  #receive(data: WebSocket.RawData, isBinary: boolean): void {
    this.#heardMs = this.#clock.nowMs();
    if (!isBinary || !Buffer.isBuffer(data)) this.#session.end('malformed');
    else this.#session.receive(new Uint8Array(data.buffer, data.byteOffset, data.length));
  }

  #pingLater(): void {
    this.#cancelPing = this.#clock.after(limits.pingMs, () => {
      if (this.#clock.nowMs() - this.#heardMs > limits.silenceMs) {
        this.#session.end('silent-too-long');
        return;
      }
      this.#webSocket.ping();
      this.#pingLater();
    });
  }
}
