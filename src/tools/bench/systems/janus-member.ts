import { z } from 'zod';
import { SealedPath } from '../peer/sealed-path.ts';
import { formOf, type MediaKind } from './streams.ts';
import { room } from './janus.ts';
import { JanusSession } from './janus-session.ts';
import { answerTo, farEndIn, offerOf, streamsIn } from './janus-sdp.ts';
import { newSsrcs, type Feed, type Member, type Receiving, type Sending, type SystemAddress } from './system.ts';

const joined = z.object({ id: z.number() });

/** Takes part in Janus's video room: one session, one handle and path for each direction. */
export class JanusMember implements Member {
  readonly #session: JanusSession;
  /** Of its paths: the one that Janus itself has. */
  readonly #from: string;
  readonly #stack: AsyncDisposableStack;

  static async join({ url, key }: SystemAddress): Promise<JanusMember> {
    const stack = new AsyncDisposableStack();
    return new JanusMember(stack.use(await JanusSession.open(url)), key, stack);
  }

  private constructor(session: JanusSession, from: string, stack: AsyncDisposableStack) {
    this.#session = session;
    this.#from = from;
    this.#stack = stack;
  }

  async send(kind: MediaKind): Promise<Sending> {
    const session = this.#session;
    const path = this.#stack.use(await SealedPath.bind(this.#from));
    const handle = await session.attach();
    const { data } = await session.room(handle, { request: 'join', ptype: 'publisher', room });
    const ssrcs = newSsrcs();
    const offer = offerOf(kind, path, ssrcs);
    const { jsep } = await session.room(handle, { request: 'publish', bitrate: 0 }, { type: 'offer', sdp: offer });
    await path.connect(farEndIn(jsep?.sdp ?? ''));
    return { path, form: formOf(kind, ssrcs.ssrc), feed: String(joined.parse(data).id) };
  }

  async receive(_kind: MediaKind, feeds: readonly Feed[]): Promise<Receiving> {
    const session = this.#session;
    const path = this.#stack.use(await SealedPath.bind(this.#from));
    const handle = await session.attach();
    const streams = feeds.map((feed) => ({ feed: Number(feed) }));
    const { jsep } = await session.room(handle, { request: 'join', ptype: 'subscriber', room, streams });
    const offer = jsep?.sdp ?? '';
    return {
      path,
      ...streamsIn(offer),
      begin: async () => {
        await session.room(handle, { request: 'start' }, { type: 'answer', sdp: answerTo(offer, path) });
        await path.connect(farEndIn(offer));
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
