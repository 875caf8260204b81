import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

test('the metrics of a router are at one place only, and count what goes on in steps', async () => {
  await using router = await startTestRouter({ adminPort: 0 });
  const metrics = router.metricsAddress ?? expect.fail('no metrics');
  const read = async (): Promise<string> => (await fetch(metrics)).text();
  const call = testCall();
  const clients = await Promise.all(Array.from({ length: 5 }, () => TestClient.connect(router)));
  for (const client of clients.slice(1)) await client.join(call);
  expect(await read()).toMatch(/^sotto_participants 0$/m);
  await clients[0]?.join(call);
  expect(await read()).toMatch(/^sotto_participants 5$/m);
  expect(await read()).toMatch(/^sotto_calls 0$/m);
  for (const client of clients) client[Symbol.dispose]();

  for (const path of ['/', '/metrics/', '/metrics?x=1', '/health'])
    expect((await fetch(new URL(path, metrics))).status).toBe(404);
  for (const path of ['/metrics', '/readyz', '/drain'])
    expect((await fetch(new URL(path, metrics), { method: 'POST' })).status).toBe(404);
  expect((await fetch(new URL('/metrics', router.address))).status).toBe(404);
});

test('a router says whether it runs and whether it takes calls', async () => {
  await using router = await startTestRouter({ adminPort: 0 });
  const ask = async (path: string): Promise<[number, string]> => {
    const answer = await fetch(new URL(path, router.metricsAddress));
    return [answer.status, await answer.text()];
  };
  expect(await ask('/healthz')).toEqual([200, 'This router runs.\n']);
  expect(await ask('/readyz')).toEqual([200, 'This router takes calls.\n']);
  using client = await TestClient.connect(router);
  await client.join(testCall());
  const drained = router.drain(60_000);
  expect(await ask('/readyz')).toEqual([503, 'This router is about to stop, and starts no more calls.\n']);
  expect((await ask('/healthz'))[0]).toBe(200);
  await client.request('call.leave', {});
  await drained;
});

test('a router whose memory is used up says that it is busy, and refuses calls so', async () => {
  await using router = await startTestRouter({ adminPort: 0, memoryReserve: 999_999 });
  const readyz = new URL('/readyz', router.metricsAddress);
  await expect.poll(async () => (await fetch(readyz)).status, { timeout: 20_000 }).toBe(503);
  using client = await TestClient.connect(router);
  await expect(client.join(testCall())).rejects.toThrow('router-busy');
});

test('a page whose name leads to loopback does not read what is served there', async () => {
  await using router = await startTestRouter({ adminPort: 0 });
  const { port } = new URL(router.metricsAddress ?? '');
  const ask = async (host: string): Promise<number | undefined> => {
    const asking = request({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }).end();
    const [{ statusCode }] = (await once(asking, 'response')) as [{ statusCode?: number }];
    return statusCode;
  };
  for (const host of [`rebound.example:${port}`, 'rebound.example', '10.0.0.1']) expect(await ask(host)).toBe(403);
  for (const host of [`127.0.0.1:${port}`, 'localhost', `[::1]:${port}`]) expect(await ask(host)).toBe(200);
});

test('a router serves no metrics unless it is told where', async () => {
  await using router = await startTestRouter();
  expect(router.metricsAddress).toBeUndefined();
});
