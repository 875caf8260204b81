import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaClient } from '../support/media-client.ts';
import { childrenOf, startRouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';

/** System calls that open, make or change files. Those with `?` are not there on every machine. */
const calls =
  'openat,?open,?creat,?openat2,?mkdir,mkdirat,?mknod,mknodat,?link,linkat,?symlink,symlinkat,?rename,?renameat,renameat2,' +
  'truncate,ftruncate,?unlink,unlinkat';
/** How long after the end of a call the router's memory has been overwritten, in ms. */
const endedMs = 5_000;

/** What processes and all that they start do to files from now on (strace(1)). */
class Trace {
  readonly #file: string;
  readonly #strace: ChildProcess;

  /** Resolves when every thread of theirs is watched. */
  static async of(pids: readonly number[], directory: string): Promise<Trace> {
    const file = join(directory, 'trace');
    const which = pids.flatMap((pid) => ['-p', `${pid}`]);
    const options = ['-f', '-e', `trace=${calls}`, '-e', 'signal=none', '-s', '200', '-o', file, ...which];
    const strace = spawn('strace', options, { stdio: ['ignore', 'ignore', 'pipe'] });
    const waiting = new Set(pids);
    for await (const line of createInterface({ input: strace.stderr })) {
      waiting.delete(Number(/Process (\d+) attached/.exec(line)?.[1]));
      if (waiting.size === 0) break;
    }
    if (waiting.size > 0) throw new Error('strace did not attach');
    return new Trace(file, strace);
  }

  private constructor(file: string, strace: ChildProcess) {
    this.#file = file;
    this.#strace = strace;
  }

  /** Ends the watch. All calls, and those of them that opened something for writing, or made or changed it. */
  async end(): Promise<{ all: string[]; written: string[] }> {
    this.#strace.kill('SIGINT');
    await once(this.#strace, 'exit');
    const all = (await readFile(this.#file, 'utf8')).split('\n').filter((line) => line.includes('('));
    return { all, written: all.filter(writes) };
  }
}

/** Whether a line of strace's says that a file was opened for writing, made or changed. /dev/null keeps nothing. */
function writes(line: string): boolean {
  if (/ = -1 E|"\/dev\/null"/.test(line)) return false;
  if (/^\d+ +open(at|at2)?\(/.test(line)) return /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/.test(line);
  return !line.includes('<... ');
}

describe('strace', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-trace-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test('sees a program write', async () => {
    const program = spawn('sh', [
      '-c',
      'read line; echo x > "$0"; (mkdir "$0-2"); cat "$0" > /dev/null',
      join(directory, 'x'),
    ]);
    const trace = await Trace.of([program.pid ?? 0], directory);
    program.stdin.end('go\n');
    await once(program, 'exit');
    const { written } = await trace.end();
    expect(written.map((line) => /^\d+ +(\w+)/.exec(line)?.[1])).toEqual(['openat', expect.stringContaining('mkdir')]);
  });

  test(
    'sees a router open no file for writing, from the first join to 5 s after the last',
    { timeout: 60_000 },
    async () => {
      await using router = await startRouterProcess({
        SOTTO_LOG_LEVEL: 'info',
        SOTTO_ADMIN_PORT: '0',
        TMPDIR: directory,
      });
      const trace = await Trace.of([router.pid, ...childrenOf(router.pid)], directory);
      const ended = router.wrote(/"call-ended"/, endedMs * 4);
      const call = testCall();
      const people = [];
      for (const from of ['127.81.1.1', '127.81.1.2']) {
        const client = await TestClient.connect({ ...router, from });
        const { others } = await client.join(call);
        const media = await MediaClient.create(client, from, false);
        await media.speak(80);
        for (const { participantId } of others) await media.hear(participantId);
        people.push({ client, media });
      }
      await expect(TestClient.connect({ ...router, routerKey: new Uint8Array(32).fill(9) })).rejects.toThrow();
      await router.metrics();
      for (const { client, media } of people) {
        await client.request('call.leave', {});
        await media[Symbol.asyncDispose]();
      }
      await ended;
      await after(endedMs);
      const { all, written } = await trace.end();
      expect(all.length, 'the next media process reads its libraries').toBeGreaterThan(0);
      expect(written).toEqual([]);
    },
  );

  test('finds what Node compiled written before a router is ready, and nothing when it ends', async () => {
    const cache = join(directory, 'code');
    const kept = async (): Promise<string[]> => {
      const entries = await readdir(cache, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
      return Promise.all(files.map(async (file) => `${file} ${(await stat(file)).mtimeMs}`));
    };
    const router = await startRouterProcess({ NODE_COMPILE_CACHE: cache, SOTTO_SELF_CALL_SECONDS: '30' });
    const before = await kept();
    const client = await TestClient.connect(router);
    await client.join(testCall());
    await client.request('call.leave', {});
    await router[Symbol.asyncDispose]();
    expect(before.length).toBeGreaterThan(0);
    expect(await kept()).toEqual(before);
  });
});
