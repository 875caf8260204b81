import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { z } from 'zod';

/** How long an answer may take, in ms, on the slowest machine. */
const answerMs = 10_000;

const described = z.object({ type: z.enum(['offer', 'answer']), sdp: z.string() });
export type Described = z.output<typeof described>;

/** Janus's messages, as far as they matter here. */
const message = z.object({
  janus: z.string(),
  transaction: z.string().optional(),
  data: z.object({ id: z.number() }).optional(),
  plugindata: z.object({ data: z.record(z.string(), z.unknown()) }).optional(),
  jsep: described.optional(),
  error: z.object({ reason: z.string() }).optional(),
});
type Message = z.output<typeof message>;

/** A session with Janus over its WebSocket API. */
export class JanusSession implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Message) => void>();
  #session: number | undefined;

  /** Rejects when nobody answers at `url`. */
  static async open(url: string): Promise<JanusSession> {
    const socket = new WebSocket(url, 'janus-protocol');
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    socket.addEventListener('open', () => {
      resolve(undefined);
    });
    socket.addEventListener('error', () => {
      reject(new Error('Janus does not answer.'));
    });
    await promise;
    const session = new JanusSession(socket);
    const { data } = await session.#ask({ janus: 'create' });
    session.#session = data?.id;
    return session;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      const told = message.parse(JSON.parse(String(data)));
      if (told.janus === 'ack') return; // the answer itself comes as an event
      this.#waiting.get(told.transaction ?? '')?.(told);
    });
  }

  /** A handle of the video room: one per path. */
  async attach(): Promise<number> {
    const { data } = await this.#ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' });
    if (data === undefined) throw new Error('Janus has no video room.');
    return data.id;
  }

  /** Asks the video room for something. Rejects with what it says when it refuses. */
  async room(
    handle: number,
    body: Readonly<Record<string, unknown>>,
    jsep?: Described,
  ): Promise<{ data: Readonly<Record<string, unknown>>; jsep: Described | undefined }> {
    const answer = await this.#ask({ janus: 'message', handle_id: handle, body, ...(jsep !== undefined && { jsep }) });
    const data = answer.plugindata?.data ?? {};
    if (typeof data['error'] === 'string') throw new Error(`Janus: ${data['error']}`);
    return { data, jsep: answer.jsep };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  async #ask(request: Readonly<Record<string, unknown>>): Promise<Message> {
    const transaction = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    const timer = setTimeout(reject, answerMs, new Error('Janus did not answer.'));
    this.#waiting.set(transaction, resolve);
    const session = this.#session === undefined ? {} : { session_id: this.#session };
    this.#socket.send(JSON.stringify({ ...request, ...session, transaction }));
    const answer = await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(transaction);
    });
    if (answer.error !== undefined) throw new Error(`Janus: ${answer.error.reason}`);
    return answer;
  }
}
