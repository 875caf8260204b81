import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../shared/support/clock.ts';
import { selfCallSchema, type SelfCall } from './result.ts';

const program = fileURLToPath(new URL('../../tools/self-call/main.ts', import.meta.url));
/** Young and old memory of the process, in MB: a call needs 30. Without it garbage would pile up to some hundred. */
const engine = ['--max-semi-space-size=1', '--max-old-space-size=48'];

export interface SelfCallerOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** The router's control socket. */
  readonly controlPath: string;
  readonly everyMs: number;
  /** Told of each self-call that came to an end. */
  readonly took: (call: SelfCall) => void;
}

/**
 * Has a process of its own call the router again and again: one and the same, since to start it costs more than to call. It
 * inherits the router's limits on core dumps and swap, knows no participant, and ends when the router does, however that ends.
 */
export class SelfCaller implements AsyncDisposable {
  readonly #options: SelfCallerOptions;
  #child: ChildProcess;
  #disposed = false;
  #cancel: () => void = () => undefined;

  constructor(options: SelfCallerOptions) {
    this.#options = options;
    this.#child = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#cancel();
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL'); // it has nothing to put in order
    await exited;
  }

  #start(): ChildProcess {
    const { controlPath, everyMs, took, clock } = this.#options;
    const child = spawn(process.execPath, [...engine, program, controlPath, String(everyMs)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message) => {
      const call = selfCallSchema.safeParse(message);
      if (call.success) took(call.data);
    });
    const again = (): void => {
      if (this.#disposed) return;
      this.#cancel();
      this.#cancel = clock.after(everyMs, () => {
        this.#child = this.#start();
      });
    };
    child.once('exit', again);
    child.once('error', again); // it did not start
    return child;
  }
}
