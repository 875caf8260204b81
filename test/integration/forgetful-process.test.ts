import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { childrenOf, startRouterProcess } from '../support/router-process.ts';
import { gone } from '../support/watched-media.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;
const sotto = new URL('../../src/tools/main.ts', import.meta.url).pathname;

/** What the system says of a process, a line each (proc(5)). */
function told(pid: number, file: 'cmdline' | 'environ' | 'limits' | 'coredump_filter'): string[] {
  return readFileSync(`/proc/${pid}/${file}`, 'latin1').split(/[\0\n]/);
}

describe('a router process', () => {
  test.each([
    ['by its own program', undefined],
    ['by sotto serve', [process.execPath, sotto, 'serve']],
  ])('started %s overwrites what it frees, and its media processes need not', async (_, command) => {
    await using router = await startRouterProcess({}, command);
    expect(told(router.pid, 'environ')).toContain('MALLOC_PERTURB_=165');
    expect(told(router.pid, 'environ')).toContain('GLIBC_TUNABLES=glibc.malloc.tcache_count=0');
    expect(told(router.pid, 'cmdline')).toEqual(
      expect.arrayContaining(['--expose-gc', '--clear-free-memory', '--compact-on-every-full-gc']),
    );
    const workers = childrenOf(router.pid);
    expect(workers).toHaveLength(1);
    for (const worker of workers) expect(told(worker, 'environ').join()).not.toMatch(/MALLOC_|GLIBC_/);
    expect(router.written).toMatch(/^People will be told .*\nSotto is ready: \S+\n$/); // and nothing that speaks against it
  });

  test('dumps no core, and neither do its media processes', async () => {
    await using router = await startRouterProcess();
    for (const pid of [router.pid, ...childrenOf(router.pid)]) {
      expect(told(pid, 'limits').join('\n')).toMatch(/^Max core file size +1 +1 /m);
      expect(told(pid, 'coredump_filter')[0]).toBe('00000000');
    }
  });

  test('leaves no core file when it or a media process crashes, and one that is told not to forget does', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-core-'));
    const inDirectory = ['sh', '-c', 'cd "$0" && ulimit -c unlimited && exec "$@"', directory, process.execPath, main];
    const crash = async (environment: Record<string, string>): Promise<string[]> => {
      await using router = await startRouterProcess(environment, inDirectory);
      const pids = [...childrenOf(router.pid), router.pid];
      for (const pid of pids) {
        process.kill(pid, 'SIGSEGV');
        await gone(pid);
      }
      return await readdir(directory);
    };
    try {
      expect(await crash({})).toEqual([]);
      // Where the system hands cores to a program, none is written here whatever a process does.
      const here = !/^[|/]/.test(readFileSync('/proc/sys/kernel/core_pattern', 'latin1'));
      expect((await crash({ SOTTO_FORGETTING: 'off' })).length > 0).toBe(here);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('that is told not to forget says so', async () => {
    await using router = await startRouterProcess({ SOTTO_FORGETTING: 'off' });
    expect(told(router.pid, 'cmdline')).not.toContain('--expose-gc');
    expect(router.written).toContain('Forgetting is switched off');
    expect(router.written).toContain('"event":"memory-kept","why":"off"');
  });
});
