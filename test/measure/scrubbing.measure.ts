// What forgetting costs: `node test/measure/scrubbing.measure.ts` starts two routers, one that forgets and one that does
// not, ends a call a second on each, in turns, and prints a table. A figure for people, not a test.
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import Table from 'cli-table3';
import { childrenOf, startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { StunEcho } from '../support/stun-echo.ts';
import { testCall, TestClient } from '../support/test-client.ts';

const seconds = 20;
const echoMs = 2;

interface Figures {
  readonly cpuShare: number;
  readonly mediaCpuShare: number;
  readonly pausesMs: number[];
  readonly echoesMs: number[];
}

/** Seconds of CPU that a process has used (proc_pid_schedstat: nanoseconds first, of each thread). */
function cpuSeconds(pid: number): number {
  try {
    const [user = 0, system = 0] =
      readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
    return (user + system) / 100;
  } catch {
    return 0; // it has ended
  }
}

async function shortCall(router: RouterProcess): Promise<void> {
  const call = testCall();
  const people = await Promise.all([TestClient.connect(router), TestClient.connect(router)]);
  for (const person of people) {
    await person.join(call);
    for (const direction of ['send', 'receive'] as const) await person.request('transport.create', { direction });
  }
  for (const person of people) await person.request('relay.send', { toAll: new Uint8Array(1000) });
  for (const person of people) await person.request('call.leave', {});
}

/** A call that goes on with `others` more in it, whose media process is asked all the time. */
async function measure(router: RouterProcess, others: number): Promise<Figures> {
  const call = testCall();
  const staying: TestClient[] = [];
  for (let person = 0; person < others + 1; person += 1) {
    const client = await TestClient.connect({ ...router, from: `127.60.0.${person + 1}` });
    await client.join(call);
    staying.push(client);
  }
  const [first] = staying;
  if (first === undefined) throw new Error('nobody is in the call');
  const { iceParameters, iceCandidates } = await first.request('transport.create', { direction: 'send' });
  const [candidate] = iceCandidates;
  if (candidate === undefined) throw new Error('the router has no candidate');
  using echo = await StunEcho.open({ ip: candidate.address, port: candidate.port, ...iceParameters });
  const [media = 0] = childrenOf(router.pid);
  const echoesMs: number[] = [];
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      echoesMs.push(await echo.ask());
      await after(echoMs);
    }
  })();
  const from = router.written.length;
  const [cpu, mediaCpu] = [cpuSeconds(router.pid), cpuSeconds(media)];
  for (let second = 0; second < seconds; second += 1) await Promise.all([shortCall(router), after(1_000)]);
  const figures = {
    cpuShare: (cpuSeconds(router.pid) - cpu) / seconds,
    mediaCpuShare: (cpuSeconds(media) - mediaCpu) / seconds,
    pausesMs: Array.from(router.written.slice(from).matchAll(/"pauseMs":(\d+)/g), ([, ms]) => Number(ms)),
    echoesMs,
  };
  over.abort();
  await asking;
  for (const client of staying) await client.request('call.leave', {});
  return figures;
}

function at(share: number, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? '' : value.toFixed(value < 10 ? 2 : 0);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const head = ['', 'scrubs', 'pause p50 / max, ms', 'router CPU', 'media CPU', 'media answers p50 / p99 / max, ms'];
const table = new Table({ head, style: { head: [], border: [] } });
{
  await using forgetful = await startRouterProcess({ SOTTO_LOG_LEVEL: 'info' });
  await using remembering = await startRouterProcess({ SOTTO_LOG_LEVEL: 'info', SOTTO_FORGETTING: 'off' });
  for (const others of [1, 39]) {
    for (const [name, router] of [
      ['forgets', forgetful],
      ['does not', remembering],
    ] as const) {
      const { cpuShare, mediaCpuShare, pausesMs, echoesMs } = await measure(router, others);
      table.push([
        `${name}, ${others + 1} in another call`,
        `${pausesMs.length}`,
        pausesMs.length === 0 ? '' : `${at(0.5, pausesMs)} / ${at(1, pausesMs)}`,
        percent(cpuShare),
        percent(mediaCpuShare),
        [0.5, 0.99, 1].map((share) => at(share, echoesMs)).join(' / '),
      ]);
    }
  }
}
process.stdout.write(`A call of two ends every second for ${seconds} s:\n${table.toString()}\n`);
