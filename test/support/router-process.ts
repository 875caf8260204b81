import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routerKeyFile } from '../../src/server/keys/router-key.ts';
import { publicKeyOf } from '../../src/server/keys/x25519.ts';
import { fromBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';
import { testPorts } from './test-router.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;

/** A router as operators start it: a process of its own. */
export interface RouterProcess extends AsyncDisposable {
  readonly pid: number;
  readonly address: string;
  readonly routerKey: Bytes;
  /** Where it keeps its key. */
  readonly stateDirectory: string;
  /** All that it has written so far, to standard output and standard error. */
  readonly written: string;
  /** What it serves as metrics now; undefined without SOTTO_ADMIN_PORT. */
  metrics(): Promise<string | undefined>;
  /** Ends it without a word, as a crash does, and leaves its state for the next one. */
  kill(): Promise<void>;
  /** Resolves when it writes something of that form from now on. Rejects after `withinMs`. */
  wrote(form: RegExp, withinMs: number): Promise<void>;
}

/**
 * Starts a router with variables of the environment. `command`: the program and arguments that become it. Rejects with
 * what it wrote when it ends instead. Disposing it stops it and waits for its end. `keptState`: where its key is, from one
 * process to the next; else it has a directory of its own, which goes with it.
 */
export async function startRouterProcess(
  environment: Readonly<Record<string, string>> = {},
  command: readonly string[] = [process.execPath, main],
  keptState?: string,
): Promise<RouterProcess> {
  const stateDirectory = keptState ?? (await mkdtemp(join(tmpdir(), 'sotto-process-')));
  const removeState = async (): Promise<void> => {
    if (keptState === undefined) await rm(stateDirectory, { recursive: true });
  };
  const own = {
    SOTTO_PORT: '0',
    SOTTO_MEDIA_PORTS: testPorts(8).range,
    SOTTO_STATE_DIRECTORY: stateDirectory,
    SOTTO_DRAIN_SECONDS: '0',
    SOTTO_CPU_LIMIT: '0',
    SOTTO_PACKET_LIMIT: '0',
    SOTTO_MEMORY_RESERVE: '0',
    SOTTO_DELAY_LIMIT: '0',
    SOTTO_SELF_CALL_SECONDS: '0',
  };
  const [program = '', ...args] = command;
  const env = { ...process.env, ...own, ...environment };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let written = '';
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  const listeners = new Set<(text: string) => void>();
  const hear = (text: Buffer): void => {
    written += text.toString();
    for (const listener of listeners) listener(text.toString());
    const address = /^Sotto is ready: (https?:\/\/\S+)$/m.exec(written)?.[1];
    if (address !== undefined) resolve(address.replace('localhost', '127.0.0.1'));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await removeState();
  };
  const address = await Promise.race([ready, exited.then(() => undefined)]);
  if (address === undefined) {
    await removeState();
    throw new Error(written);
  }
  const secretKey = fromBase64Url((await readFile(join(stateDirectory, routerKeyFile), 'utf8')).trim());
  return {
    pid: child.pid ?? 0,
    address,
    routerKey: publicKeyOf(secretKey ?? new Uint8Array()),
    stateDirectory,
    get written() {
      return written;
    },
    metrics: async () => {
      const url = /^Metrics: (\S+)$/m.exec(written)?.[1];
      return url === undefined ? undefined : (await fetch(url)).text();
    },
    wrote: async (form, withinMs) => {
      const { promise, resolve: heard, reject } = Promise.withResolvers<undefined>();
      let since = '';
      const listener = (text: string): void => {
        since += text;
        if (form.test(since)) heard(undefined);
      };
      listeners.add(listener);
      const timer = setTimeout(reject, withinMs, new Error(`the router did not write ${form.source} in time`));
      await promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(listener);
      });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** The processes that `parent` started (proc_pid_stat(5), fourth field). */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false; // it has ended meanwhile
      }
    });
}
