import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';
import { rtpParameters } from '../../../shared/protocol/media-parameters.ts';
import { SealedPath } from '../peer/sealed-path.ts';
import { formOf, sentAs, streamParameters, type MediaKind } from './streams.ts';
import { farEndOf } from './far-end.ts';
import { mediasoupAnswers, mediasoupReady, type MediasoupRequest } from './mediasoup-messages.ts';
import {
  newSsrcs,
  type Feed,
  type Member,
  type Receiving,
  type Sending,
  type System,
  type SystemAddress,
} from './system.ts';

const program = new URL('mediasoup-process.ts', import.meta.url);

const engineKind = { sound: 'audio', picture: 'video' } as const;

/** mediasoup and nothing around it, in processes of its own. */
export class BareMediasoup implements System {
  readonly address: SystemAddress;
  readonly #process: ChildProcess;
  readonly #worker: number;

  static async start(): Promise<BareMediasoup> {
    // A session of its own, as ours and Janus have: schedulers share processors out between sessions.
    const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
    const ready = once(child, 'message').then(([message]: unknown[]) => mediasoupReady.parse(message));
    const ended = once(child, 'exit').then(() => undefined);
    const told = await Promise.race([ready, ended]);
    if (told === undefined) throw new Error('The bare mediasoup does not start.');
    return new BareMediasoup(child, told);
  }

  private constructor(child: ChildProcess, { port, pid }: z.output<typeof mediasoupReady>) {
    this.address = { name: 'mediasoup', url: `http://127.0.0.1:${port}`, key: '' };
    this.#process = child;
    this.#worker = pid;
  }

  mediaPids(): Promise<readonly number[]> {
    return Promise.resolve([this.#worker]);
  }

  signallingPids(): readonly number[] {
    return [this.#process.pid ?? 0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}

/** Takes part in a bare mediasoup. */
export class MediasoupMember implements Member {
  readonly #url: string;
  readonly #from: string;
  readonly #stack = new AsyncDisposableStack();

  /** `from`: the loopback address of its paths. */
  constructor({ url }: SystemAddress, from: string) {
    this.#url = url;
    this.#from = from;
  }

  async send(kind: MediaKind): Promise<Sending> {
    const { path, transport } = await this.#connect();
    const ssrcs = newSsrcs();
    const produced = await this.#ask({
      do: 'produce',
      transport,
      kind: engineKind[kind],
      rtpParameters: streamParameters(kind, ssrcs),
    });
    return { path, form: formOf(kind, ssrcs.ssrc), feed: mediasoupAnswers.produce.parse(produced).id };
  }

  async receive(_kind: MediaKind, feeds: readonly Feed[]): Promise<Receiving> {
    const { path, transport } = await this.#connect();
    const consumers = await Promise.all(
      feeds.map(async (producer) => {
        const { id, ...told } = mediasoupAnswers.consume.parse(await this.#ask({ do: 'consume', transport, producer }));
        return { id, ...sentAs(rtpParameters.parse(told.rtpParameters)) };
      }),
    );
    return {
      path,
      ssrcs: consumers.map(({ ssrc }) => ssrc),
      transportWide: consumers[0]?.transportWide,
      begin: async () => {
        await Promise.all(consumers.map(({ id }) => this.#ask({ do: 'resume', consumer: id })));
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #connect(): Promise<{ path: SealedPath; transport: string }> {
    const path = this.#stack.use(await SealedPath.bind(this.#from));
    const { id, ...told } = mediasoupAnswers.transport.parse(await this.#ask({ do: 'transport' }));
    await this.#ask({ do: 'connect', transport: id, fingerprint: path.fingerprint });
    await path.connect(farEndOf(told));
    return { path, transport: id };
  }

  async #ask(request: MediasoupRequest): Promise<unknown> {
    const response = await fetch(this.#url, { method: 'POST', body: JSON.stringify(request) });
    if (!response.ok) throw new Error(`mediasoup: ${await response.text()}`);
    return response.json();
  }
}
