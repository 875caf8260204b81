import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostMemory } from '../../../src/server/forgetting/host-memory.ts';

const headings = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const partition = '/dev/vda2                               partition\t1048572\t0\t-2\n';
const limits = (core: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax core file size        ${core}                    ${core}                    bytes     \n`;

describe('what the system may do with memory', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sotto-host-'));
    says('proc/swaps', headings);
    says('proc/self/cgroup', '0::/system.slice/sotto.service\n');
    says('proc/self/limits', limits('1'));
    says('proc/self/coredump_filter', '00000000\n');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const says = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  test('no swap and no core dumps are what is wanted', () => {
    expect(hostMemory(root)).toEqual({ canSwap: false, coreDumpsOff: true });
  });

  test('swap counts, unless a control group above the process has none to give', () => {
    says('proc/swaps', headings + partition);
    expect(hostMemory(root).canSwap).toBe(true);
    says('sys/fs/cgroup/system.slice/memory.swap.max', 'max\n');
    says('sys/fs/cgroup/system.slice/sotto.service/memory.swap.max', '1048576\n');
    expect(hostMemory(root).canSwap).toBe(true);
    says('sys/fs/cgroup/system.slice/sotto.service/memory.swap.max', '0\n');
    expect(hostMemory(root).canSwap).toBe(false);
  });

  test('in a container the group of the process looks like the root', () => {
    says('proc/swaps', headings + partition);
    says('proc/self/cgroup', '0::/\n');
    expect(hostMemory(root).canSwap).toBe(true);
    says('sys/fs/cgroup/memory.swap.max', '0\n');
    expect(hostMemory(root).canSwap).toBe(false);
  });

  test.each([
    ['unlimited', '00000000', false],
    ['1048576', '00000000', false],
    ['0', '00000033', false],
    ['0', '00000000', true],
  ])('with a largest core of %s and the filter %s, core dumps are off: %s', (core, filter, off) => {
    says('proc/self/limits', limits(core));
    says('proc/self/coredump_filter', `${filter}\n`);
    expect(hostMemory(root).coreDumpsOff).toBe(off);
  });

  test('a system that does not tell is believed to do the worse', () => {
    expect(hostMemory(join(root, 'nowhere'))).toEqual({ canSwap: true, coreDumpsOff: false });
  });
});
