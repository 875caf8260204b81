import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { MediaKind } from '../systems/streams.ts';
import type { SystemAddress } from '../systems/system.ts';
import { probeAnswer, type ProbeOrder } from './probe-messages.ts';

const program = new URL('probe-process.ts', import.meta.url);
/** The first three numbers of the loopback addresses of its peers: others than those of the load. */
const from = '127.61.0';

/** Measures how long packets are under way through a system, from a process of its own: the load's is busy. */
export class Probe implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  static async connect(address: SystemAddress, media: MediaKind, bytes: number): Promise<Probe> {
    const probe = new Probe(fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
    await probe.#ask({ do: 'connect', address, media, bytes, from });
    return probe;
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#ended = once(child, 'exit');
  }

  async start(): Promise<void> {
    await this.#ask({ do: 'start' });
  }

  async stop(): Promise<void> {
    await this.#ask({ do: 'stop' });
  }

  /** How long each packet was under way that came since the last look, in ms. */
  async look(): Promise<readonly number[]> {
    return this.#ask({ do: 'look' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#ended;
  }

  async #ask(order: ProbeOrder): Promise<readonly number[]> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#process.once('message', resolve);
    this.#process.send(order);
    const answer = await Promise.race([promise, this.#ended]);
    const { data } = probeAnswer.safeParse(answer);
    if (data === undefined) throw new Error('The probe failed.', { cause: answer });
    return data.delaysMs;
  }
}
