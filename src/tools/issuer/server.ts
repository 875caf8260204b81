import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createEncryptedServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { MediaType } from '@cloudflare/privacypass-ts';
import { answerBatch, mostTokens, TokenRequestError } from './issuer.ts';
import { directoryPath, requestPath, type KeyStore } from './key-store.ts';

/** A batch of so many requests of 259 bytes, and its length, in bytes. */
const mostBytes = mostTokens * 259 + 8;

export interface IssuerOptions {
  readonly host: string;
  readonly port: number;
  readonly keys: KeyStore;
  /** PEM; undefined: plain HTTP. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  /** A program that decides: it reads the Authorization header on its standard input, and exits with 0 to let tokens be made. */
  readonly allow: string | undefined;
  readonly nowSeconds: () => number;
}

/** An issuer of tokens over HTTP. Keeps no record of anything. */
export class IssuerServer implements AsyncDisposable {
  readonly #options: IssuerOptions;
  readonly #server: ReturnType<typeof createServer>;

  /** Rejects when the keys cannot be read or made, `allow` cannot be run, or the port is not to be had. */
  static async listen(options: IssuerOptions): Promise<IssuerServer> {
    if (options.allow !== undefined && !(await canRun(options.allow)))
      throw new Error('--allow names no program that can be run.');
    await options.keys.bringUpToDate(options.nowSeconds());
    const issuer = new IssuerServer(options);
    issuer.#server.listen(options.port, options.host);
    await once(issuer.#server, 'listening');
    return issuer;
  }

  private constructor(options: IssuerOptions) {
    this.#options = options;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(request, response).catch(() => {
        end(response, 500, 'The issuer has a defect.');
      });
    };
    this.#server =
      options.certificate === undefined ? createServer(answer) : createEncryptedServer(options.certificate, answer);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { keys, nowSeconds } = this.#options;
    // Pages of any origin may ask: who may have tokens is decided by what they send, never by cookies.
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    await keys.bringUpToDate(nowSeconds());
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (request.method === 'GET' && request.url === directoryPath) {
      response.writeHead(200, { 'content-type': MediaType.PRIVATE_TOKEN_ISSUER_DIRECTORY });
      response.end(JSON.stringify(keys.directory(nowSeconds())));
    } else if (request.method === 'POST' && request.url === requestPath) await this.#issue(request, response);
    else end(response, 404, 'Not here.');
  }

  async #issue(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { keys, nowSeconds, allow } = this.#options;
    if (request.headers['content-type'] !== MediaType.ARBITRARY_BATCHED_TOKEN_REQUEST) {
      end(response, 415, `Send a batch of requests, as ${MediaType.ARBITRARY_BATCHED_TOKEN_REQUEST}.`);
      return;
    }
    if (!(Number(request.headers['content-length']) <= mostBytes)) {
      end(response, 413, `At most ${mostTokens} tokens at once, with a Content-Length.`);
      return;
    }
    if (!(await isAllowed(allow, request.headers.authorization ?? ''))) {
      end(response, 401, 'No tokens for you.');
      return;
    }
    try {
      const answered = answerBatch(keys.current(nowSeconds()), await buffer(request));
      response.writeHead(200, { 'content-type': MediaType.ARBITRARY_BATCHED_TOKEN_RESPONSE }).end(answered);
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      end(response, 422, 'Not a batch of requests under a key of this issuer.');
    }
  }
}

async function isAllowed(program: string | undefined, authorization: string): Promise<boolean> {
  if (program === undefined) return true;
  const child = spawn(program, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.on('error', () => undefined); // it need not read
  child.stdin.end(authorization);
  const [code] = (await once(child, 'close')) as unknown[];
  return code === 0;
}

async function canRun(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
