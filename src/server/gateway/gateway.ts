import type { IncomingMessage, Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';
import { closeCodes } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { createServer as createHttpServer } from '../support/http.ts';
import type { Certificate } from './certificate.ts';
import { CodedWebSocket, Connection, type OpenSession } from './connection.ts';
import { HandshakeLimit } from './handshake-limit.ts';
import { leaveNoTimeWait, reset } from './leave-no-time-wait.ts';
import { mayConnect } from './origin.ts';
import type { Page } from './page.ts';

/** Where the WebSocket is, for every call alike, so that no address names a call. */
const socketPath = '/socket';

/** How long a client may take for its request or its half of the WebSocket's end, in ms. Lower frees sockets sooner. */
const requestMs = 10_000;
const closingMs = 2_000;
/** How often it is looked for requests that take longer, in ms. */
const lookMs = 1_000;

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain HTTP. */
  readonly certificate: Certificate | undefined;
  /** Those whose pages may connect, besides its own. */
  readonly allowedOrigins: () => readonly string[];
  readonly page: Page;
  readonly clock: Clock;
  readonly openSession: OpenSession;
  /** Told when a socket has gone, of whatever kind, so that the memory it used can be overwritten. */
  readonly ended: () => void;
}

/** HTTP and WebSocket. Keeps no record of who asked for what. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #limit: HandshakeLimit;

  /** Listens. Rejects with Node's error when the port is taken or not allowed. */
  static async listen(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once('error', reject);
      gateway.#server.listen(options.port, options.host, resolve);
    });
    return gateway;
  }

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#limit = new HandshakeLimit(options.clock);
    const timeouts = { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: lookMs };
    this.#server =
      options.certificate === undefined
        ? createHttpServer(timeouts)
        : createHttpsServer({
            ...timeouts,
            ...secureContext(options.certificate),
            handshakeTimeout: requestMs,
          });
    const webSocketOptions = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frameBytes,
      closeTimeout: closingMs,
      WebSocket: CodedWebSocket,
    };
    this.#webSockets = new WebSocketServer(webSocketOptions);
    this.#server.on('connection', (socket) => {
      socket.once('close', options.ended);
    });
    // Idle since its last answer, or no HTTP at all: nothing is lost by a reset.
    this.#server.on('timeout', reset);
    this.#server.on('clientError', (_error, socket) => {
      reset(socket);
    });
    this.#server.on('request', (request, response) => {
      // Also for those who ask for `close`: so they end the connection first, and the kernel keeps no state of it here.
      response.setHeader('connection', 'keep-alive');
      options.page.answer(request, response);
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** The TCP port it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  /** Shows another certificate to those who connect from now on. Nothing changes for those who have. */
  renew(certificate: Certificate): void {
    if (this.#server instanceof HttpsServer) this.#server.setSecureContext(secureContext(certificate));
  }

  /** Ends every socket with `router-stopping`, and listens no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const connection of this.#connections) connection.end('router-stopping');
    this.#server.closeAllConnections();
    this.#limit[Symbol.dispose]();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    leaveNoTimeWait(socket);
    const { origin, host } = request.headers;
    const encrypted = this.#options.certificate !== undefined;
    if (request.url !== socketPath) refuse(socket, '404 Not Found');
    else if (!mayConnect({ origin, host }, this.#options.allowedOrigins(), encrypted)) refuse(socket, '403 Forbidden');
    else {
      const admitted = this.#limit.admit(request.socket.remoteAddress ?? '');
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        if (admitted) this.#connect(webSocket, request.socket);
        else turnAway(webSocket);
      });
    }
  }

  #connect(webSocket: WebSocket, tcp: Socket): void {
    const below = { tcp, handshakes: this.#limit };
    const connection = new Connection(webSocket, below, this.#options.clock, this.#options.openSession);
    this.#connections.add(connection);
    webSocket.on('close', () => {
      this.#connections.delete(connection);
    });
  }
}

function secureContext(certificate: Certificate): SecureContextOptions {
  return { ...certificate, minVersion: 'TLSv1.2' };
}

/** PROTOCOL 4 step 6: before any multiplication. */
function turnAway(webSocket: WebSocket): void {
  webSocket.on('error', () => undefined);
  webSocket.close(closeCodes['too-many'], 'too-many');
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
