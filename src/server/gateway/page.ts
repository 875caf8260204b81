import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { securityHeaders } from './security-headers.ts';

export interface PageOptions {
  readonly directory: string;
  /** Answers GET /.well-known/sotto.json: what a page served by this router needs to know of it. */
  readonly wellKnown: () => object;
  /** Origins besides its own that the page may fetch from. */
  readonly fetchesFrom: readonly string[];
  readonly encrypted: boolean;
}

/** Serves the built page and /.well-known/sotto.json; nothing else, to nobody but readers, and keeps no record. */
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
    const { encrypted, fetchesFrom } = this.#options;
    const headers = securityHeaders(request.headers.host, encrypted, fetchesFrom);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(response, 405, 'text/plain', 'Only GET and HEAD.');
    } else if (request.url === '/.well-known/sotto.json') {
      end(response, 200, 'application/json', JSON.stringify(this.#options.wellKnown()));
    } else if (this.#files === undefined) {
      end(response, 503, 'text/plain', 'The page is not built yet. Run: npm run build:page');
    } else {
      this.#files(request, response, () => {
        end(response, 404, 'text/plain', 'Not here.');
      });
    }
  }
}

/** With its length: without it the end of an answer to HTTP/1.0 would be the end of the connection, from this side. */
function end(response: ServerResponse, status: number, type: string, body: string): void {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
