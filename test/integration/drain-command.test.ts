import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { statusSchema } from '../../src/server/telemetry/control.ts';
import { startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';

const tools = new URL('../../src/tools/main.ts', import.meta.url).pathname;

/** `sotto ARGUMENTS` for that router. */
async function sotto({ stateDirectory }: RouterProcess, ...args: string[]): Promise<{ said: string; code: unknown }> {
  const env = { ...process.env, SOTTO_STATE_DIRECTORY: stateDirectory, SOTTO_PORT: '0' };
  const child = spawn(process.execPath, [tools, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [exit, ...said] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { said: said.join(''), code: (exit as unknown[])[0] };
}

/** Each command is a program of its own, which a busy machine takes seconds to start. */
const timeout = 120_000;

test(
  'an operator asks a router how it is and drains it; what runs goes on until it has finished',
  { timeout },
  async () => {
    await using router = await startRouterProcess({ SOTTO_REGION: 'paris' });
    const client = await TestClient.connect(router);
    const call = testCall();
    await client.join(call);
    const json = await sotto(router, 'status', '--json');
    expect(json.code).toBe(0);
    expect(statusSchema.parse(JSON.parse(json.said))).toMatchObject({
      region: 'paris',
      state: 'serving',
      secondsLeft: null,
      calls: 0,
    });

    const draining = sotto(router, 'drain', '--deadline', '2m');
    expect((await client.notice('router.draining')).secondsLeft).toBe(120);
    const status = await sotto(router, 'status');
    expect(status).toMatchObject({
      code: 2,
      said: expect.stringContaining('The router drains, and stops in ') as string,
    });
    const [late, stranger] = [await TestClient.connect(router), await TestClient.connect(router)];
    await late.join(call);
    await expect(stranger.join(testCall())).rejects.toThrow('router-full');
    const live = await sotto(router, 'check-config', '--live');
    expect(live).toMatchObject({ code: 1, said: expect.stringContaining('not even its own') as string });
    for (const leaving of [client, late]) await leaving.request('call.leave', {});
    expect(await draining).toMatchObject({
      code: 0,
      said: expect.stringContaining('The router has stopped.') as string,
    });
    expect((await sotto(router, 'status')).code).toBe(1);
  },
);

test('a deadline can come nearer, never go further away', { timeout }, async () => {
  await using router = await startRouterProcess();
  const client = await TestClient.connect(router);
  await client.join(testCall());
  const first = sotto(router, 'drain', '--deadline', '1m');
  await client.notice('router.draining');
  const second = sotto(router, 'drain', '--deadline', '2h');
  expect((await client.notice('router.draining')).secondsLeft).toBeLessThanOrEqual(60);
  const third = sotto(router, 'drain', '--deadline', '0s');
  expect(await client.closed).toEqual({ code: 4014, reason: 'router-stopping' });
  for (const { code } of await Promise.all([first, second, third])) expect(code).toBe(0);
});

test('what commands a router is for its own user only, and takes nothing but its orders', { timeout }, async () => {
  await using router = await startRouterProcess();
  const socketPath = join(router.stateDirectory, `control-${new URL(router.address).port}`);
  expect(((await stat(socketPath)).mode % 0o1000).toString(8)).toBe('600');
  const ask = async (method: string, path: string, body = ''): Promise<number | undefined> => {
    const asking = request({ socketPath, method, path }).end(body);
    const [{ statusCode }] = (await once(asking, 'response')) as [{ statusCode?: number }];
    return statusCode;
  };
  expect(await ask('GET', '/status')).toBe(200);
  for (const [method, path] of [
    ['GET', '/drain'],
    ['POST', '/status'],
    ['GET', '/'],
  ] as const)
    expect(await ask(method, path)).toBe(404);
  for (const body of ['', '{}', '{"seconds":-1}', '{"seconds":1,"more":1}', '{"seconds":"1"}'])
    expect(await ask('POST', '/drain', body)).toBe(400);
  for (const body of ['', '{}', '{"callId":""}', '{"callId":"AAAA"}', `{"callId":"${'A'.repeat(43)}"}`])
    expect(await ask('POST', '/self-call', body)).toBe(400);
  const overNetwork = await fetch(new URL('/drain', router.address), { method: 'POST', body: '{"seconds":0}' });
  expect(overNetwork.status).toBe(405);
  expect(await ask('GET', '/status')).toBe(200);
});

test('a router starts where one ended without a word', { timeout }, async () => {
  const first = await startRouterProcess();
  const { port } = new URL(first.address);
  await first.kill();
  await using second = await startRouterProcess({ SOTTO_PORT: port }, undefined, first.stateDirectory);
  expect((await sotto(second, 'status')).code).toBe(0);
});
