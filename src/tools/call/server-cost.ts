import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Between two looks at the processes, in ms. Shorter shows more and costs more. */
const betweenMs = 500;

/** What a router and its media processes used between two looks. */
export interface CostPoint {
  /** Of the later look, from the start of the measuring, in ms; negative before. */
  readonly atMs: number;
  /** Of one core: 1 is all of it, all the time. */
  readonly routerCpu: number;
  readonly mediaCpu: number;
  /** Held in memory at the later look. */
  readonly routerBytes: number;
  readonly mediaBytes: number;
}

/** One process at one look. */
interface Used {
  readonly pid: number;
  /** On a core since it was started, all its threads. */
  readonly cpuNs: number;
  readonly bytes: number;
}

/** All of a router's processes at one look; the router itself is the first. */
export interface Look {
  readonly ms: number;
  readonly processes: readonly Used[];
}

/** Looks at what a router's processes use, again and again, until it is stopped. Sees nothing where there is no /proc. */
export class CostMeter implements AsyncDisposable {
  readonly #stopped = new AbortController();
  readonly #looks: Look[] = [];
  readonly #looking: Promise<void>;

  /** `pid`: of the router. Its media processes are its children. */
  constructor(pid: number) {
    this.#looking = this.#follow(pid);
  }

  /** All that was seen; times from `startMs` (`performance.now()`). Null when nothing could be seen. */
  async stop(startMs: number): Promise<readonly CostPoint[] | null> {
    await this[Symbol.asyncDispose]();
    const points = costOf(this.#looks, startMs);
    return points.length === 0 ? null : points;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#looking;
  }

  async #follow(pid: number): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const router = await usedBy(pid);
      const media = (await Promise.all((await childrenOf(pid)).map(usedBy))).filter((used) => used !== undefined);
      if (router !== undefined) this.#looks.push({ ms: performance.now(), processes: [router, ...media] });
      await wait(betweenMs, undefined, { signal }).catch(() => undefined); // the end
    }
  }
}

/** What was used from each look to the next. A process that was not there before has used all that it has since then. */
export function costOf(looks: readonly Look[], startMs: number): CostPoint[] {
  return looks.slice(1).map(({ ms, processes }, index): CostPoint => {
    const earlier = looks[index];
    const before = new Map(earlier?.processes.map(({ pid, cpuNs }) => [pid, cpuNs]));
    const [router, ...media] = processes;
    const cpu = (of: readonly Used[]): number =>
      of.reduce((sum, { pid, cpuNs }) => sum + Math.max(0, cpuNs - (before.get(pid) ?? 0)), 0) /
      ((ms - (earlier?.ms ?? ms)) * 1e6);
    const routers = router === undefined ? [] : [router];
    return {
      atMs: Math.round(ms - startMs),
      routerCpu: cpu(routers),
      mediaCpu: cpu(media),
      routerBytes: router?.bytes ?? 0,
      mediaBytes: media.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}

/** proc(5): `schedstat` begins with the ns on a core, `VmRSS` is in kB. Undefined when the process has ended. */
async function usedBy(pid: number): Promise<Used | undefined> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const onCore = await Promise.all(
      threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
    );
    const cpuNs = onCore.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { pid, cpuNs, bytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024 };
  } catch {
    return undefined;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
