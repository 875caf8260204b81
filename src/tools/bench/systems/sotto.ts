import { decodeInvitation } from '../../../client/encryption/call-key/invitation.ts';
import { createInvitation } from '../../../client/call/invitation.ts';
import { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { fromBase64Url } from '../../../shared/support/bytes.ts';
import { childrenOf } from '../../call/memory/process-memory.ts';
import { OwnRouter } from '../../call/own-router.ts';
import { routersAt } from '../../call/routers.ts';
import type { RouterClient } from '../../peers/router-client.ts';
import { takeSeat } from '../../peers/take-seat.ts';
import { SealedPath } from '../peer/sealed-path.ts';
import { formOf, sentAs, streamParameters, type MediaKind } from './streams.ts';
import { farEndOf } from './far-end.ts';
import {
  newSsrcs,
  type Feed,
  type Member,
  type Receiving,
  type Sending,
  type System,
  type SystemAddress,
} from './system.ts';

/** Most that a router lets into one call, so that a bench may ask for as many. */
const participantLimit = 200;

const sourceOf = { sound: 'microphone', picture: 'camera' } as const;

/** A router of ours, as operators start it, with one call. */
export class Sotto implements System {
  readonly address: SystemAddress;
  readonly #router: OwnRouter;

  static async start(): Promise<Sotto> {
    const router = await OwnRouter.start({ participantLimit });
    const { routerUrl, routerKey } = await routersAt([router.url]);
    return new Sotto(router, createInvitation({ routerUrl, routerKey }).link(routerUrl));
  }

  private constructor(router: OwnRouter, link: string) {
    this.address = { name: 'ours', url: router.url, key: link };
    this.#router = router;
  }

  /** Those that wait for the next call are among them, and do nothing. */
  mediaPids(): Promise<readonly number[]> {
    return childrenOf(this.#router.pid);
  }

  signallingPids(): readonly number[] {
    return [this.#router.pid];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#router[Symbol.asyncDispose]();
  }
}

/** Somebody in a call of ours, by our protocol, without what participants say to each other past the router. */
export class SottoMember implements Member {
  readonly #client: RouterClient;
  readonly #feed: Feed;
  readonly #from: string;
  readonly #stack = new AsyncDisposableStack();

  /** `from`: the loopback address that it comes from. */
  static async join({ url, key }: SystemAddress, from: string): Promise<SottoMember> {
    const invitation = decodeInvitation(new URL(key).hash);
    if (typeof invitation === 'string') throw new Error(invitation);
    const { client, joined } = await takeSeat(
      { address: url, routerKey: invitation.routerKey, from },
      invitation.callKey,
    );
    return new SottoMember(client, joined.participantId.key, from);
  }

  private constructor(client: RouterClient, feed: Feed, from: string) {
    this.#client = client;
    this.#feed = feed;
    this.#from = from;
  }

  async send(kind: MediaKind): Promise<Sending> {
    const path = await this.#connect('send');
    const ssrcs = newSsrcs();
    await this.#client.request('producer.create', {
      source: sourceOf[kind],
      rtpParameters: streamParameters(kind, ssrcs),
    });
    return { path, form: formOf(kind, ssrcs.ssrc), feed: this.#feed };
  }

  async receive(kind: MediaKind, feeds: readonly Feed[]): Promise<Receiving> {
    const path = await this.#connect('receive');
    const streams: ReturnType<typeof sentAs>[] = [];
    const sources = feeds.map((feed) => ({ participantId: idFrom(feed), source: sourceOf[kind] }));
    for (const source of sources) {
      const wanted = { height: 720, framesPerSecond: 30 } as const;
      const { consumer } = await this.#client.request('subscription.set', { ...source, wanted, priority: 100 });
      if (consumer === null) throw new Error('No consumer.');
      streams.push(sentAs(consumer.rtpParameters));
    }
    return {
      path,
      ssrcs: streams.map(({ ssrc }) => ssrc),
      transportWide: streams[0]?.transportWide,
      begin: async () => {
        for (const source of sources) await this.#client.request('consumer.resume', source);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#stack.disposeAsync();
  }

  async #connect(direction: 'send' | 'receive'): Promise<SealedPath> {
    const path = this.#stack.use(await SealedPath.bind(this.#from));
    const far = farEndOf(await this.#client.request('transport.create', { direction }));
    const fingerprints = [{ algorithm: 'sha-256' as const, value: path.fingerprint }];
    await this.#client.request('transport.connect', { direction, dtlsParameters: { role: 'client', fingerprints } });
    await path.connect(far);
    return path;
  }
}

function idFrom(feed: Feed): ParticipantId {
  const id = ParticipantId.from(fromBase64Url(feed) ?? new Uint8Array());
  if (id === undefined) throw new Error('no participant id');
  return id;
}
