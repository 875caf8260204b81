import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { SettingValues } from '../../src/server/settings/settings.ts';
import { directoryPath } from '../../src/tools/issuer/key-store.ts';

/** One request as the issuer got it, with its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Name and value, in the order of the wire, without those of the connection (RFC 9110 section 7.6.1) and its host. */
  readonly headers: readonly (readonly [string, string])[];
  readonly request: Uint8Array;
  readonly status: number;
  readonly response: Uint8Array;
}

/** A real issuer behind somebody who writes everything down and gives every browser a cookie. */
export class WatchedIssuer implements AsyncDisposable {
  readonly exchanges: Exchange[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;

  /** `issuer`: where the real one is. */
  static async before(issuer: string): Promise<WatchedIssuer> {
    const exchanges: Exchange[] = [];
    const server = createServer((request, response) => {
      pass(issuer, request).then(
        ({ exchange, headers }) => {
          exchanges.push(exchange);
          response.writeHead(exchange.status, { ...headers, 'set-cookie': 'mark=1; Path=/' }).end(exchange.response);
        },
        () => response.writeHead(502).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const folder = await mkdtemp(join(tmpdir(), 'sotto-issuer-'));
    const directory = await fetch(issuer + directoryPath);
    await writeFile(join(folder, 'directory.json'), await directory.text());
    return new WatchedIssuer(server, folder, exchanges);
  }

  private constructor(server: Server, folder: string, exchanges: Exchange[]) {
    this.#server = server;
    this.#folder = folder;
    this.exchanges = exchanges;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** For a router that asks for its tokens. */
  get settings(): SettingValues {
    return {
      admission: 'token',
      routerName: 'router.example',
      issuerName: 'issuer.example',
      issuerUrl: this.url,
      issuerKeys: join(this.#folder, 'directory.json'),
    };
  }

  /** Batches that were asked for and made. */
  get batches(): readonly Exchange[] {
    return this.exchanges.filter(({ method, status }) => method === 'POST' && status === 200);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    await rm(this.#folder, { recursive: true });
  }
}

const ofTheConnection = new Set(['host', 'connection', 'content-length']);

async function pass(issuer: string, incoming: IncomingMessage) {
  const { method = '', url: path = '', headers: came } = incoming;
  const body = new Uint8Array(await buffer(incoming));
  const headers = Object.entries(came)
    .filter(([name]) => !ofTheConnection.has(name))
    .map(([name, value]) => [name, String(value)] as const);
  const wanted = ['content-type', 'authorization'];
  const answer = await fetch(new URL(path, issuer), {
    method,
    headers: headers.filter(([name]) => wanted.includes(name)).map(([name, value]): [string, string] => [name, value]),
    ...(method === 'POST' && { body }),
  });
  const response = new Uint8Array(await answer.arrayBuffer());
  const carried = [...answer.headers].filter(([name]) => name.startsWith('access-control') || name === 'content-type');
  const exchange: Exchange = { method, path, headers, request: body, status: answer.status, response };
  return { exchange, headers: Object.fromEntries(carried) };
}
