import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRouter, type Overrides, type Router } from '../../src/server/compose.ts';
import { settingsFrom, type SettingValues } from '../../src/server/settings/settings.ts';

/** Below the ports that systems give out by themselves; wide, so that test runs beside each other seldom meet. */
const mediaPorts = { first: 20_000, last: 31_000 };

/** A range of `count` ports for media, somewhere. */
export function testPorts(count: number): { first: number; range: string } {
  const first = mediaPorts.first + Math.floor(Math.random() * (mediaPorts.last - mediaPorts.first - count));
  return { first, range: `${first}-${first + count - 1}` };
}

/** A TCP port of loopback that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** On a test's machine others have the processors, too, and clients are in the router's own process. */
const noLimits = { cpuLimit: 0, packetLimit: 0, memoryReserve: 0, delayLimit: 0 };

/** A router on a free port of loopback with a state directory of its own, which goes with it. */
export async function startTestRouter(values: SettingValues = {}, overrides: Overrides = {}): Promise<Router> {
  const worker = process.env['MEDIASOUP_WORKER_BIN'];
  if (worker === undefined || !existsSync(worker)) {
    throw new Error('These tests need a media worker: MEDIASOUP_WORKER_BIN must name one. `npm test` sees to that.');
  }
  const stateDirectory = await mkdtemp(join(tmpdir(), 'sotto-test-'));
  const settings = settingsFrom({
    port: 0,
    mediaPorts: testPorts(16).range,
    logLevel: 'silent',
    selfCallSeconds: 0,
    ...noLimits,
    stateDirectory,
    ...values,
  });
  const router = await startRouter(settings, overrides);
  const close = async (): Promise<void> => {
    await router.close();
    await rm(stateDirectory, { recursive: true, force: true });
  };
  return { ...router, close, [Symbol.asyncDispose]: close };
}
