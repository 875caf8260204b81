import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { CallId } from '../../shared/identity/call-id.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import { createServer } from '../support/http.ts';

/** What a router tells its operator of itself: totals in steps (`stepBelow`), nothing of a call. */
export const statusSchema = z.strictObject({
  address: z.url(),
  /** Null: it has no name. */
  region: z.string().nullable(),
  /** Where people are told to send media to. */
  announcedAddress: z.string(),
  /** Draining: it starts no more calls, and stops when none is left. */
  state: z.enum(['serving', 'draining']),
  /** Until it stops, at the latest; null while it serves. */
  secondsLeft: z.int().min(0).nullable(),
  /** Rounded down to 0, 5, 10, 20, 50 and so on. */
  calls: z.int().min(0),
  participants: z.int().min(0),
});
export type Status = z.output<typeof statusSchema>;

/** The order to drain: how long calls may go on, in seconds. */
const drainSchema = z.strictObject({ seconds: z.int().min(0).max(86_400) });

/** The order to expect a call of the router's own: its `CallId`, as base64url. */
const selfCallSchema = z.strictObject({ callId: z.string().max(64) });

/** What a router says to somebody who is about to hold a call with it for it: where and who it is, or that it is about to stop. */
export const expectedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('expected'), address: z.url(), routerKey: z.string() }),
  z.strictObject({ state: z.literal('draining') }),
]);
export type Expected = z.output<typeof expectedSchema>;

/** How the socket's name in the state directory begins; the router's TCP port follows. */
export const controlFile = 'control-';

export interface Controlled {
  readonly status: () => Status;
  /** Begins to drain: calls may go on for `ms`. */
  readonly drain: (ms: number) => Promise<void>;
  /** Expects a call of the router's own (PROTOCOL section 7, "Self-call"). */
  readonly expect: (callId: CallId) => Expected;
}

/**
 * Where the router's operator commands it: HTTP on a Unix socket in the state directory, which only the router's own user
 * may open. No browser and no other machine gets there, and no secret is needed.
 */
export class Control {
  /** Where the socket is. */
  readonly path: string;
  readonly #server: Server;

  /** Listens. Rejects with Node's error, EADDRINUSE when another router has that socket. */
  static async listen(stateDirectory: string, port: number, controlled: Controlled): Promise<Control> {
    const path = join(stateDirectory, `${controlFile}${port}`);
    if (existsSync(path) && !(await answers(path))) await rm(path); // of a router that ended without a word
    const control = new Control(path, controlled);
    await new Promise<void>((resolve, reject) => {
      control.#server.once('error', reject);
      control.#server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    return control;
  }

  private constructor(path: string, controlled: Controlled) {
    this.path = path;
    this.#server = createServer((request, response) => {
      void answer(controlled, request, response);
    });
  }

  /** Takes the socket away. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }
}

async function answer(controlled: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const end = (status: number, body?: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  const asked = `${request.method ?? ''} ${request.url ?? ''}`;
  if (asked === 'GET /status') {
    end(200, controlled.status());
  } else if (asked === 'POST /drain') {
    const order = drainSchema.safeParse(await json(request).catch(() => undefined));
    // That it does not stop is told to whoever waits for that.
    if (order.success) controlled.drain(order.data.seconds * 1_000).catch(() => undefined);
    end(order.success ? 202 : 400);
  } else if (asked === 'POST /self-call') {
    const order = selfCallSchema.safeParse(await json(request).catch(() => undefined));
    const callId = CallId.from((order.success ? fromBase64Url(order.data.callId) : undefined) ?? new Uint8Array());
    if (callId === undefined) end(400);
    else end(200, controlled.expect(callId));
  } else {
    end(404);
  }
}

/** Whether somebody listens on that socket. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => {
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  socket.destroy();
  return answered;
}
