import { readdir, readFile } from 'node:fs/promises';

/** Time that all threads of these processes have been on a core since they were started, in ns (proc(5), `schedstat`). */
export async function processorNs(pids: readonly number[]): Promise<number> {
  const all = await Promise.all(pids.map(ofOne));
  return all.reduce((sum, ns) => sum + ns, 0);
}

async function ofOne(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const onCore = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  );
  return onCore.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
}
