import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';
import type { Lines } from './media-relay.ts';
import type { Direction } from './profile.ts';

/** Header bytes of IPv4 and TCP. */
const headerBytes = 40;

/** Carries the TCP connections of one participant to the router: nothing is lost, everything can be late, in order. */
export class SignallingRelay implements AsyncDisposable {
  /** Where the participant reaches the router. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async to(router: string, lines: Lines): Promise<SignallingRelay> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SignallingRelay(server, new URL(router), lines);
  }

  private constructor(server: Server, router: URL, lines: Lines) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (near) => {
      const far = connectTo(router);
      const nowMs = lines.clock.nowMs();
      const openMs = nowMs + lines.up.firstDelayMs(nowMs) + lines.down.firstDelayMs(nowMs);
      this.#carry(lines, 'up', openMs, near, far);
      this.#carry(lines, 'down', openMs, far, near);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  /** What comes from one socket, and that it has ended, on to another; nothing before `openMs`. */
  #carry(lines: Lines, direction: Direction, openMs: number, from: Socket, to: Socket): void {
    const { [direction]: carrier, deliveries, clock } = lines;
    let lastMs = 0;
    const pass = (bytes: number, deliver: () => void): void => {
      lastMs = carrier.carryStream(bytes + headerBytes, Math.max(clock.nowMs(), openMs), lastMs);
      deliveries.add(lastMs, deliver);
    };
    this.#sockets.add(from);
    from.on('error', () => undefined); // it closes next
    from.on('data', (chunk: Buffer) => {
      pass(chunk.length, () => to.write(chunk));
    });
    from.on('close', () => {
      this.#sockets.delete(from);
      pass(0, () => to.destroy());
    });
  }
}

function connectTo({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connect(Number(port === '' ? 80 : port), host);
  return connectEncrypted({ host, port: Number(port === '' ? 443 : port), servername: host });
}
