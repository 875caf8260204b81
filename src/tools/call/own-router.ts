import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '../../server/settings/describe.ts';
import type { SettingValues } from '../../server/settings/settings.ts';
import { ToolError } from './browser.ts';

/** Out of these, each router of the tool's takes a few ports in a row for media, so that several can run at once. */
const mediaPorts = { first: 42_000, last: 48_999, each: 8 };
const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/**
 * A router of one's own on this machine, as operators start it, in a process of its own: so its memory can be looked at. It
 * has a key of its own and leaves nothing behind.
 */
export class OwnRouter implements AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #state: string;

  /** `values`: settings that differ. Rejects with ToolError, in the router's words, when it does not start. */
  static async start(values: SettingValues = {}): Promise<OwnRouter> {
    const state = await mkdtemp(join(tmpdir(), 'sotto-router-'));
    const ranges = Math.floor((mediaPorts.last - mediaPorts.first) / mediaPorts.each);
    const first = mediaPorts.first + Math.floor(Math.random() * ranges) * mediaPorts.each;
    const settings: SettingValues = {
      host: '127.0.0.1',
      port: 0,
      mediaPorts: `${first}-${first + mediaPorts.each - 1}`,
      stateDirectory: state,
      logLevel: 'error',
      drainSeconds: 0,
      // The browsers of the test are on this machine, too.
      cpuLimit: 0,
      packetLimit: 0,
      memoryReserve: 0,
      delayLimit: 0,
      selfCallSeconds: 0,
      ...values,
    };
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SOTTO_'));
    const own = Object.entries(settings).map(([name, value]) => [describe(name)?.variable ?? name, String(value)]);
    const child = spawn(process.execPath, [main], {
      env: Object.fromEntries([...inherited, ...own]) as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // Ctrl-C is the tool's own to handle
    });
    const exited = once(child, 'exit');
    const { promise: ready, resolve } = Promise.withResolvers<string>();
    let written = '';
    const hear = (text: Buffer): void => {
      written += text.toString();
      const url = /^Sotto is ready: (\S+)$/m.exec(written)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const url = await Promise.race([ready, exited.then(() => undefined)]);
    if (url !== undefined && child.pid !== undefined) {
      process.once('exit', () => child.kill()); // when the tool ends without having come to its own end
      return new OwnRouter(url, child.pid, child, state);
    }
    await rm(state, { recursive: true, force: true });
    throw new ToolError(written.trim());
  }

  private constructor(url: string, pid: number, child: ChildProcess, state: string) {
    this.url = url;
    this.pid = pid;
    this.#process = child;
    this.#state = state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await exited;
    }
    await rm(this.#state, { recursive: true, force: true });
  }
}
