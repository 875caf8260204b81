import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';

interface Told {
  readonly log: readonly unknown[];
  readonly metrics: readonly string[];
}

/** How long the router may take to overwrite what has ended, in ms. */
const scrubMs = 20_000;

/** What two calls tell that have nothing in common but what is done in them. */
async function callOf(addresses: readonly string[], agent: string): Promise<Told> {
  await using router = await startRouterProcess({ SOTTO_LOG_LEVEL: 'info', SOTTO_ADMIN_PORT: '0' });
  const headers = { 'user-agent': agent, cookie: randomBytes(8).toString('hex') };
  const call = testCall();
  const people = await Promise.all(addresses.map((from) => TestClient.connect({ ...router, from, headers })));
  for (const person of people) {
    await person.join(call);
    for (const direction of ['send', 'receive'] as const) await person.request('transport.create', { direction });
    await person.request('transport.create', { direction: 'send' }).catch(() => undefined); // there is one
    await person.request('relay.send', { toAll: new Uint8Array(randomBytes(100)) });
  }
  const stranger = await TestClient.connect({ ...router, from: addresses[0] ?? '', headers });
  stranger.sendSealed(randomBytes(20));
  await stranger.closed;
  for (const person of people) {
    const scrubbed = router.wrote(/"memory-scrubbed"/, scrubMs);
    await person.request('call.leave', {});
    await scrubbed;
  }
  return { log: logOf(router), metrics: await metricsOf(router) };
}

/** Without what time alone changes: when a line was written, and how often and how long memory was scrubbed. */
function logOf({ written }: RouterProcess): unknown[] {
  const lines = written.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => {
    const fields = Object.entries(JSON.parse(line) as object).filter(([name]) => !['time', 'pauseMs'].includes(name));
    return JSON.stringify(Object.fromEntries(fields));
  });
  return events.filter((event, at) => event !== events[at - 1]).map((event): unknown => JSON.parse(event));
}

/** The same: memory, CPU time, delays and datagrams are the machine's. */
async function metricsOf(router: RouterProcess): Promise<string[]> {
  const text = (await router.metrics()) ?? '';
  return text.split('\n').filter((line) => !/^sotto_(resident|cpu|event_loop|scrub|udp)/.test(line));
}

test(
  'two calls that differ in who was in them only are the same in log and metrics',
  { timeout: 120_000 },
  async () => {
    const one = await callOf(['127.61.1.1', '127.61.2.2', '127.61.3.3', '127.61.4.4', '127.61.5.5'], 'Mozilla/5.0');
    const other = await callOf(['127.9.8.7', '127.1.2.3', '127.3.2.1', '127.200.1.1', '127.77.1.99'], 'somebody else');
    expect(other).toEqual(one);
    expect(one.log).toEqual(
      expect.arrayContaining([
        { level: 'info', event: 'call-started', running: 1 },
        { level: 'info', event: 'call-ended', reason: 'empty', running: 0 },
      ]),
    );
    expect(one.metrics).toEqual(
      expect.arrayContaining([
        'sotto_sockets_ended_total{reason="left"} 5',
        'sotto_requests_refused_total{code="transport-exists"} 5',
      ]),
    );
  },
);
