import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** Where operators' programs read the metrics: `GET /metrics`. Keeps no record of who asked. */
export class Admin {
  readonly #server: Server;

  /** Listens. Rejects with Node's error when the port is taken or not allowed. */
  static async listen(host: string, port: number, metrics: Metrics): Promise<Admin> {
    const admin = new Admin(metrics);
    await new Promise<void>((resolve, reject) => {
      admin.#server.once('error', reject);
      admin.#server.listen(port, host, resolve);
    });
    return admin;
  }

  private constructor(metrics: Metrics) {
    this.#server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Only GET /metrics is here.\n');
        return;
      }
      void metrics.text().then((text) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
      });
    });
  }

  /** Where the metrics are read. */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }
}
