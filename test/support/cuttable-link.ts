import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

/** A way to a server, without its TLS, that a test can cut: every connection at once, and new ones for as long as it likes. Media go another way. */
export class CuttableLink implements AsyncDisposable {
  /** Where the server is reached by this link. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;

  static async to(url: string): Promise<CuttableLink> {
    const { protocol, hostname, port: digits } = new URL(url);
    const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
    const port = Number(digits);
    const far = (): Socket =>
      protocol === 'https:' ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttableLink(server, far);
  }

  private constructor(server: Server, reach: () => Socket) {
    this.#server = server;
    this.url = `http://localhost:${String((server.address() as AddressInfo).port)}/`;
    server.on('connection', (near) => {
      if (!this.#open) {
        near.resetAndDestroy();
        return;
      }
      const far = reach();
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  /** Breaks every connection, without a word to either side, and lets none through until `mend`. */
  cut(): void {
    this.#open = false;
    for (const socket of this.#sockets)
      if (socket instanceof TLSSocket) socket.destroy();
      else socket.resetAndDestroy();
  }

  mend(): void {
    this.#open = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
