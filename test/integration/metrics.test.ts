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
  expect((await fetch(metrics, { method: 'POST' })).status).toBe(404);
  expect((await fetch(new URL('/metrics', router.address))).status).toBe(404);
});

test('a router serves no metrics unless it is told where', async () => {
  await using router = await startTestRouter();
  expect(router.metricsAddress).toBeUndefined();
});
