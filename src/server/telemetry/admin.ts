import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../settings/addresses.ts';
import { createServer } from '../support/http.ts';
import type { Metrics } from './metrics.ts';

/** Whether this router takes calls, or why not. */
export type Readiness = 'ready' | 'draining' | 'busy';

/** Whether new calls may be sent to this router, and why or why not, for its operator. */
export interface Ready {
  readonly ready: boolean;
  readonly words: string;
}

export interface Administered {
  readonly metrics: Metrics;
  readonly ready: () => Ready;
}

/**
 * Where operators' programs look how the router is: `GET /healthz`, `/readyz` and `/metrics`. Nothing can be changed here, and
 * no record is kept of who asked.
 */
export class Admin {
  readonly #server: Server;

  /** Listens. Rejects with Node's error when the port is taken or not allowed. */
  static async listen(host: string, port: number, administered: Administered): Promise<Admin> {
    const admin = new Admin(host, administered);
    await new Promise<void>((resolve, reject) => {
      admin.#server.once('error', reject);
      admin.#server.listen(port, host, resolve);
    });
    return admin;
  }

  private constructor(host: string, administered: Administered) {
    this.#server = createServer((request, response) => {
      // A page that has its own name resolve to this machine (DNS rebinding) could read along.
      if (isLoopback(host) && !isLoopback(hostNameOf(request))) end(response, 403, 'Ask by an address of loopback.\n');
      else void answer(administered, request, response);
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

async function answer(
  { metrics, ready: isReady }: Administered,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = method === 'GET' ? url : undefined;
  if (asked === '/metrics') {
    end(response, 200, await metrics.text(), '; version=0.0.4');
  } else if (asked === '/healthz') {
    end(response, 200, 'This router runs.\n'); // that it answers at all
  } else if (asked === '/readyz') {
    const { ready, words } = isReady();
    end(response, ready ? 200 : 503, `${words}\n`);
  } else {
    end(response, 404, 'Only GET /healthz, /readyz and /metrics are here.\n');
  }
}

function end(response: ServerResponse, status: number, text: string, version = ''): void {
  response.writeHead(status, { 'content-type': `text/plain${version}; charset=utf-8` }).end(text);
}

/** The name or address in the Host header, without port and brackets; empty when there is none. */
function hostNameOf({ headers: { host = '' } }: IncomingMessage): string {
  return (URL.parse(`http://${host}`)?.hostname ?? '').replace(/^\[(.*)\]$/, '$1');
}
