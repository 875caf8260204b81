import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { glob, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const built = join(root, '.build/participant');
const stamp = join(built, 'sources.sha256');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Builds the participant page, unless it was built from the same sources before. */
export async function buildHarness(): Promise<void> {
  const hash = await hashOfSources();
  const before = await readFile(stamp, 'utf8').catch(() => undefined);
  if (before === hash) return;
  // Here and not above: what is released has the built page, and no vite.
  const { build } = await import('vite');
  await build({ configFile: join(root, 'src/tools/participant/vite.config.ts'), logLevel: 'warn' });
  await writeFile(stamp, hash);
}

async function hashOfSources(): Promise<string> {
  const patterns = ['src/{client,shared,tools}/**/*.{ts,tsx,css,html}', 'package-lock.json'];
  const files = await Array.fromAsync(glob(patterns, { cwd: root }));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** Serves the built participant page to this machine alone. */
export class HarnessServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  static async start(): Promise<HarnessServer> {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = join(built, path === '/' ? 'index.html' : path);
      readFile(file).then(
        (body) =>
          response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body),
        () => response.writeHead(404).end(),
      );
    });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(undefined);
    });
    await promise;
    return new HarnessServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => {
      resolve(undefined);
    });
    this.#server.closeAllConnections();
    await promise;
  }
}
