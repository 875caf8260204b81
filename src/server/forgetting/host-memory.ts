import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the system may do with this process's memory. */
export interface HostMemory {
  readonly canSwap: boolean;
  readonly coreDumpsOff: boolean;
}

/** Asks the system (proc(5), cgroups(7)). Where it does not tell, the worse is believed. */
export function hostMemory(root = '/'): HostMemory {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(join(root, path), 'latin1');
    } catch {
      return undefined;
    }
  };
  return { canSwap: hasSwap(read('proc/swaps')) && !swapForbidden(read), coreDumpsOff: coreDumpsOff(read) };
}

/** proc_swaps(5): a line of headings, then one for each device or file. Swap in compressed memory counts, too. */
function hasSwap(swaps: string | undefined): boolean {
  return swaps === undefined || swaps.trim().split('\n').length > 1;
}

/**
 * Whether a control group that this process is in, or one above, has no swap to give (cgroup version 2, memory.swap.max).
 * In a container its own group is the root; the machine's root has no such file.
 */
function swapForbidden(read: (path: string) => string | undefined): boolean {
  const group = /^0::(\/.*)$/m.exec(read('proc/self/cgroup') ?? '')?.[1];
  if (group === undefined) return false;
  const names = ['', ...group.split('/').filter(Boolean)];
  return names.some((_, index) => {
    const path = names.slice(0, index + 1).join('/');
    return read(`sys/fs/cgroup${path}/memory.swap.max`)?.trim() === '0';
  });
}

/** With a limit of 0 nothing goes to a file, with 1 not even to a program (core(5)); the filter leaves all memory out of it. */
function coreDumpsOff(read: (path: string) => string | undefined): boolean {
  const limit = /^Max core file size +(\d+)/m.exec(read('proc/self/limits') ?? '')?.[1];
  const filter = read('proc/self/coredump_filter')?.trim();
  return (limit === '0' || limit === '1') && filter === '00000000';
}
