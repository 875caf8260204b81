import { expect, test } from 'vitest';
import { costOf } from '../../../src/tools/call/server-cost.ts';

const ms = 1e6;

test('CPU is what was used between two looks, also by a process that came, and a process that ended takes nothing away', () => {
  const router = (cpuMs: number) => ({ pid: 1, cpuNs: cpuMs * ms, bytes: 100 });
  const media = (pid: number, cpuMs: number) => ({ pid, cpuNs: cpuMs * ms, bytes: 10 });
  const points = costOf(
    [
      { ms: 1_000, processes: [router(500), media(2, 900)] },
      { ms: 1_500, processes: [router(550), media(2, 1_000), media(3, 25)] },
      { ms: 2_500, processes: [router(550), media(3, 125)] },
    ],
    1_200,
  );
  expect(points).toEqual([
    { atMs: 300, routerCpu: 0.1, mediaCpu: 0.25, routerBytes: 100, mediaBytes: 20 },
    { atMs: 1_300, routerCpu: 0, mediaCpu: 0.1, routerBytes: 100, mediaBytes: 10 },
  ]);
  expect(costOf([], 0)).toEqual([]);
});
