import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ToolError } from './browser.ts';

const program = fileURLToPath(new URL('./router-process.ts', import.meta.url));

/** A router of the tool's own, in a process of its own, that leaves nothing behind. */
export class ForkedRouter implements AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly #process: ChildProcess;

  /** Rejects with ToolError when it does not start. */
  static async start(): Promise<ForkedRouter> {
    const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const exited = once(child, 'exit').then((): [unknown] => [undefined]);
    const [said] = await Promise.race([once(child, 'message') as Promise<[unknown]>, exited]);
    const { data: url } = z.url().safeParse(said);
    if (url === undefined) throw new ToolError('The router of the tool does not start.');
    return new ForkedRouter(child, url);
  }

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
    this.pid = child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
