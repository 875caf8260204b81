import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { securityHeaders } from './security-headers.ts';

export interface PageOptions {
  readonly directory: string;
  /** Answers GET /.well-known/sotto.json: what a page served by this router needs to know of it. */
  readonly wellKnown: () => object;
  /** The routers that the page may ask how far they are, and the signed list of them. */
  readonly regions: { readonly text: string | undefined; readonly origins: readonly string[] };
  /** Origins besides its own that the page may fetch from. */
  readonly fetchesFrom: readonly string[];
  readonly encrypted: boolean;
}

/** Serves the built page and what is under /.well-known; nothing else, to nobody but readers, and keeps no record. */
export class Page {
  readonly built: boolean;
  readonly #options: PageOptions;
  readonly #files: ReturnType<typeof sirv> | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.built = existsSync(join(options.directory, 'index.html'));
    this.#files = this.built ? sirv(options.directory, { etag: true }) : undefined;
  }

  /** Answers one HTTP request. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const { encrypted, fetchesFrom, regions } = this.#options;
    const reaches = [...fetchesFrom, ...regions.origins.map(webSocketOrigin)];
    const headers = securityHeaders(request.headers.host, encrypted, reaches);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(response, 405, 'text/plain', 'Only GET and HEAD.');
    } else if (request.url === '/.well-known/sotto.json') {
      end(response, 200, 'application/json', JSON.stringify(this.#options.wellKnown()));
    } else if (request.url === '/.well-known/sotto-regions.json' && regions.text !== undefined) {
      // Signed and public: for everybody's pages.
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      end(response, 200, 'application/json', regions.text);
    } else if (this.#files === undefined) {
      end(response, 503, 'text/plain', 'The page is not built yet. Run: npm run build:page');
    } else {
      this.#files(request, response, () => {
        end(response, 404, 'text/plain', 'Not here.');
      });
    }
  }
}

/** `https://a.example` to `wss://a.example`: a policy tells them apart. */
function webSocketOrigin(origin: string): string {
  return origin.replace(/^http/, 'ws');
}

/** With its length: without it the end of an answer to HTTP/1.0 would be the end of the connection, from this side. */
function end(response: ServerResponse, status: number, type: string, body: string): void {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
