import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, release, type } from 'node:os';

/** On what, and beside what, something was measured; nothing that names the machine. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** Mean number of processes that could run in the last minute, before and after (proc(5), `loadavg`). */
  readonly load: readonly [number, number];
  /** Share of the processors' time that the hypervisor gave to others (proc(5), `stat`), from 0 to 1; 0 where it does not tell. */
  readonly stolen: number;
}

/** Looks at the machine now; the answer, called at the end, says what it was like meanwhile. */
export async function watchMachine(): Promise<() => Promise<Machine>> {
  const [before, load] = [await ticks(), loadavg()[0] ?? 0];
  return async () => {
    const after = await ticks();
    const passed = after.all - before.all;
    return {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      kernel: `${type()} ${release()} ${arch()}`,
      node: process.version,
      load: [load, loadavg()[0] ?? 0],
      stolen: passed > 0 ? (after.stolen - before.stolen) / passed : 0,
    };
  };
}

async function ticks(): Promise<{ all: number; stolen: number }> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const counts = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '').split(' ').map(Number);
  return { all: counts.slice(0, 8).reduce((sum, count) => sum + count, 0), stolen: counts[7] ?? 0 };
}

/** On what it was, in a sentence. */
export function inWords({ processor, cores, kernel, node, load, stolen }: Machine): string {
  const loads = load.map((mean) => mean.toFixed(1)).join(' before, ');
  return `On ${processor}, ${cores} cores, ${kernel}, Node ${node}; load ${loads} after; ${(stolen * 100).toFixed(1)} % of the time stolen.`;
}
