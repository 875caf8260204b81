import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../browser.ts';
import type { ProfileName } from './profiles.ts';
import { answer, answers, type Answers, type Order } from './relay-messages.ts';

const program = fileURLToPath(new URL('./relay-process.ts', import.meta.url));

/**
 * The networks between the participants of a call and a router, each participant's own; in a process of their own. Needs no
 * rights. Everything rejects with ToolError once that process has ended.
 */
export class DialledNetwork implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  /** `router`: its address. `seed`: the same decisions for the same packets. */
  constructor(router: string, seed: string) {
    this.#process = fork(program, [router, seed], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (message) => {
      const { id, result } = answer.parse(message);
      this.#waiting.get(id)?.resolve(result);
      this.#waiting.delete(id);
    });
    this.#process.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new ToolError('The network that was dialled is gone.'));
    });
  }

  /** A line for participant `number`, which has none yet. */
  async line(number: number, network: ProfileName): Promise<ParticipantLine> {
    const { routerUrl } = await this.#order({ does: 'line', number, network });
    return {
      routerUrl,
      portFor: async (address, port) => (await this.#order({ does: 'port', number, address, port })).port,
      dial: async (other) => {
        await this.#order({ does: 'dial', number, network: other });
      },
    };
  }

  /** The measuring begins: so do the changes of every line. */
  async begin(): Promise<void> {
    await this.#order({ does: 'begin' });
  }

  report(): Promise<Answers['report']> {
    return this.#order({ does: 'report' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }

  async #order<D extends Order['does']>(what: Extract<Order, { does: D }>): Promise<Answers[D]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, { resolve, reject });
    this.#process.send({ id: this.#lastId, what }, (error) => {
      if (error !== null) reject(new ToolError('The network that was dialled is gone.', { cause: error }));
    });
    return answers[what.does].parse(await promise) as Answers[D];
  }
}

/** One participant's way to the router, media and signalling. */
export interface ParticipantLine {
  /** Where this participant reaches the router. */
  readonly routerUrl: string;
  /** The port on 127.0.0.1 to send media to in place of this address of the router's. */
  readonly portFor: (address: string, port: number) => Promise<number>;
  /** Another network from now on; its changes begin now. */
  dial(network: ProfileName): Promise<void>;
}
