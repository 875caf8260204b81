import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { childrenOf, startRouterProcess } from '../support/router-process.ts';

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
    expect(router.written).toMatch(/^Sotto is ready: \S+\n$/); // and nothing that speaks against it
  });

  test('dumps no core, and neither do its media processes', async () => {
    await using router = await startRouterProcess();
    for (const pid of [router.pid, ...childrenOf(router.pid)]) {
      expect(told(pid, 'limits').join('\n')).toMatch(/^Max core file size +1 +1 /m);
      expect(told(pid, 'coredump_filter')[0]).toBe('00000000');
    }
  });

  test('that is told not to forget says so', async () => {
    await using router = await startRouterProcess({ SOTTO_FORGETTING: 'off' });
    expect(told(router.pid, 'cmdline')).not.toContain('--expose-gc');
    expect(router.written).toContain('Forgetting is switched off');
    expect(router.written).toContain('"event":"memory-kept","why":"off"');
  });
});
