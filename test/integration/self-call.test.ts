import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { childrenOf, startRouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { TestIssuer } from '../support/test-issuer.ts';
import { startTestRouter, testPorts } from '../support/test-router.ts';
import { gone } from '../support/watched-media.ts';

const tools = new URL('../../src/tools/main.ts', import.meta.url).pathname;
/** A self-call is a dozen handshakes, and its process has to start first. One that takes too long on a busy machine is made again. */
const soonMs = 90_000;
const timeout = 2 * soonMs;
/** How often routers of tests call themselves. */
const often = { adminPort: 0, selfCallSeconds: 5 };

/** Resolves when /readyz answers with that status, in words like these. */
async function saysSoon(metricsAddress: string, status: number, words: RegExp): Promise<void> {
  const ask = async (): Promise<{ status: number; words: string }> => {
    const answer = await fetch(new URL('/readyz', metricsAddress));
    return { status: answer.status, words: await answer.text() };
  };
  const said = { status, words: expect.stringMatching(words) as string };
  await expect.poll(ask, { timeout: soonMs }).toMatchObject(said);
}

/** `sotto check-config --live` with those settings from the environment. */
async function checkLive(
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: unknown; said: string }> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [tools, 'check-config', '--live', ...args], { env, stdio: 'pipe' });
  const [exit, ...said] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code: (exit as unknown[])[0], said: said.join('') };
}

test(
  'a router is ready when it has called itself, though it asks for tokens; nobody sees the call',
  { timeout },
  async () => {
    await using issuer = await TestIssuer.create();
    const environment = { ...issuer.environment, SOTTO_ADMIN_PORT: '0', SOTTO_LOG_LEVEL: 'info' };
    await using router = await startRouterProcess({ ...environment, SOTTO_SELF_CALL_SECONDS: '30' });
    const address = /^Metrics: (\S+)$/m.exec(router.written)?.[1] ?? '';
    await saysSoon(address, 200, /takes calls/);

    const metrics = (await router.metrics()) ?? '';
    for (const over of ['udp', 'tcp']) {
      expect(metrics).toMatch(new RegExp(`^sotto_self_call_ok{transport="${over}"} 1$`, 'm'));
      expect(metrics).toMatch(new RegExp(`^sotto_self_call_seconds_count{transport="${over}"} \\d+$`, 'm'));
      expect(metrics).toMatch(new RegExp(`^sotto_forwarding_delay_seconds_count{transport="${over}"} \\d+0$`, 'm'));
    }
    expect(router.written).toContain('"event":"self-call-passed"');
    expect(router.written).not.toContain('call-started');

    const [caller = 0] = childrenOf(router.pid).filter((pid) => told(pid, 'cmdline').includes('self-call'));
    expect(told(caller, 'limits')).toMatch(/^Max core file size +1 +1 /m);
    expect(told(caller, 'coredump_filter').trim()).toBe('00000000');

    const settings = { ...environment, SOTTO_PORT: '0', SOTTO_STATE_DIRECTORY: router.stateDirectory };
    const said =
      /^well {5}UDP: two participants heard .*\nwell {5}TCP: two participants heard [^]*^Calling the router over UDP …\nCalling the router over TCP …$/m;
    const passed = { code: 0, said: expect.stringMatching(said) as string };
    await expect.poll(() => checkLive(settings), { timeout: soonMs }).toMatchObject(passed);

    process.kill(router.pid, 'SIGKILL');
    await gone(caller);
  },
);

test('a router whose UDP goes nowhere is not ready, and says which ports to open', { timeout }, async () => {
  const { first, range } = testPorts(4);
  await using stack = new AsyncDisposableStack();
  for (let port = first; port < first + 4; port += 1) await tcpOnly(stack, '127.77.1.1', '127.0.0.1', port);
  const settings = { mediaPorts: range, announcedAddress: '127.77.1.1' };
  await using router = await startTestRouter({ ...often, ...settings });
  const ports = `UDP ports ${first} to ${first + 3}`;
  const words = `\nUDP: nothing that was sent to 127.77.1.1 was answered. Let ${ports} .* Over TCP it works, [^\n]*\n$`;
  await saysSoon(router.metricsAddress ?? '', 503, new RegExp(words));
});

test('a router that cannot start media for one more call is not ready', { timeout }, async () => {
  await using router = await startTestRouter({ ...often, mediaPorts: testPorts(1).range });
  using client = await TestClient.connect(router);
  await client.join(testCall());
  await saysSoon(router.metricsAddress ?? '', 503, /^Media: no port of media_ports is free/m);
});

test('a check of a router that does not run says so, and how to start one', { timeout }, async () => {
  const { code, said } = await checkLive({ SOTTO_STATE_DIRECTORY: '/nowhere' }, '--json');
  const { ok, live } = JSON.parse(said) as { ok: boolean; live: { call: unknown; failures: string[] } };
  expect({ code, ok, call: live.call }).toEqual({ code: 1, ok: false, call: null });
  expect(live.failures.join()).toContain('start it: sotto serve');
});

function told(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'latin1');
}

/** Stands before `to` at `address` as a firewall would that lets TCP through and swallows UDP, until `stack` is disposed. */
async function tcpOnly(stack: AsyncDisposableStack, address: string, to: string, port: number): Promise<void> {
  const server = createServer((from) => {
    const onward = connect(port, to);
    from.pipe(onward).pipe(from);
    for (const socket of [from, onward]) socket.on('error', () => undefined);
  });
  const swallowing = createSocket('udp4');
  stack.use(server);
  stack.use(swallowing);
  server.listen(port, address);
  swallowing.bind(port, address);
  await Promise.all([once(server, 'listening'), once(swallowing, 'listening')]);
}
