import { readdir, readFile } from 'node:fs/promises';

/** Private bytes of a process (proc_pid_smaps_rollup(5)): what it takes from everybody else. Undefined when it has ended, or this is not Linux. */
export async function privateBytes(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, number]) => Number(number));
    return kilobytes.reduce((sum, own) => sum + own, 0) * 1_024;
  } catch {
    return undefined;
  }
}

/** Processes that `pid` has started and that run (proc_pid_task(5), `children`). */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const lists = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8')));
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}
