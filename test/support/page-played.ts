import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Page } from '../../src/server/gateway/page.ts';
import { buildPage } from './page-build.ts';

const playedSdk = fileURLToPath(new URL('./page-fake-sdk.ts', import.meta.url));

/** The page with a played SDK, served as a router serves it. Nothing of it is ever part of the real build. */
export class PlayedPage implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #directory: string;

  static async start(): Promise<PlayedPage> {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-page-'));
    await buildPage(directory, {
      resolve: { alias: [{ find: /^.*\/client\/index\.ts$/u, replacement: playedSdk }] },
    });
    const page = new Page({
      directory,
      wellKnown: () => ({ version: 1, routerKey: 'A'.repeat(43), region: 'frankfurt', regionsKey: 'A'.repeat(43) }),
      regions: { text: '{}', origins: [] },
      fetchesFrom: [],
      encrypted: false,
    });
    const server = createServer((request, response) => {
      page.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PlayedPage(server, directory);
  }

  private constructor(server: Server, directory: string) {
    this.#server = server;
    this.#directory = directory;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#directory, { recursive: true, force: true });
  }
}
