import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routerKeyFile } from '../../src/server/keys/router-key.ts';
import type { Reach } from '../../src/tools/peers/router-socket.ts';
import { CountedCall } from '../support/counted-call.ts';
import { startRouterProcess } from '../support/router-process.ts';
import { silentSocket } from '../support/silent-socket.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';
import { WatchedMedia } from '../support/watched-media.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;
const jumpingClock = new URL('../support/jumping-clock.ts', import.meta.url).href;

/** Packets that are looked at, and how many of them a busy machine may lose by chance. */
const packets = 400;
const byChance = 0.05 * packets;

/** A mount namespace of its own; what follows is a shell's text, its name, and its arguments. */
const privateMounts = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', 'sh', '-euc'];
const disk = 'mount -t tmpfs -o size=16k,mode=700 tmpfs "$SOTTO_STATE_DIRECTORY"';
const fill = 'dd if=/dev/zero of="$SOTTO_STATE_DIRECTORY/all" 2>/dev/null || true';
const keyPath = `"$SOTTO_STATE_DIRECTORY/${routerKeyFile}"`;

async function joinsAnew(router: Reach, from: string): Promise<void> {
  using client = await TestClient.connect({ ...router, from });
  await client.join(testCall());
}

test('a media process that is killed takes no packet of other calls with it, and its own call gets another', async () => {
  const media = new WatchedMedia();
  await using router = await startTestRouter({}, { wrapMedia: media.wrap });
  await using stack = new AsyncDisposableStack();
  const calls = [stack.use(await CountedCall.start(router, '127.81.0.1'))];
  using struck = await TestClient.connect({ ...router, from: '127.81.0.2' });
  await struck.join(testCall());
  const { pid } = media.engine;
  calls.push(stack.use(await CountedCall.start(router, '127.81.0.3')));
  const lost = Promise.all(calls.map((call) => call.lost(packets)));
  process.kill(pid, 'SIGKILL');
  await struck.notice('media.renewed');
  expect(media.engine.pid).not.toBe(pid);
  expect(Math.max(...(await lost))).toBeLessThanOrEqual(byChance);
}, 60_000);

test('a calendar that jumps a day ahead and two back ends nobody and lets everybody in', async () => {
  await using router = await startRouterProcess({}, [process.execPath, '--import', jumpingClock, main]);
  await using call = await CountedCall.start(router, '127.82.0.1');
  for (const from of ['127.82.0.2', '127.82.0.3']) {
    const jumped = router.wrote(/^jumped$/m, 10_000);
    process.kill(router.pid, 'SIGUSR2');
    await jumped;
    expect(await call.lost(packets)).toBeLessThanOrEqual(byChance);
    await joinsAnew(router, from);
  }
}, 60_000);

test('while all file descriptors are used up a call goes on, and others get in as soon as some are free', async () => {
  const command = ['prlimit', '--nofile=100:100', '--', process.execPath, main];
  await using router = await startRouterProcess({}, command);
  await using call = await CountedCall.start(router, '127.83.0.1');
  const sockets = Array.from({ length: 120 }, (_, number) => silentSocket(router.address, `127.83.1.${1 + number}`));
  await Promise.race(sockets.map(({ closed }) => closed)); // no descriptor is left
  await expect(joinsAnew(router, '127.83.0.2')).rejects.toThrow();
  expect(await call.lost(packets)).toBeLessThanOrEqual(byChance);
  for (const socket of sockets) socket.end();
  await expect.poll(async () => joinsAnew(router, '127.83.0.3').then(() => 'in'), { timeout: 20_000 }).toBe('in');
}, 90_000);

test('a disk that is full keeps nobody from calls, and a first start from nothing but its key', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-full-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => rm(directory, { recursive: true }));
  const start = async (script: string): ReturnType<typeof startRouterProcess> =>
    startRouterProcess({}, [...privateMounts, script, 'sh', process.execPath, main], directory);
  await expect(start(`${disk}; ${fill}; exec "$@"`)).rejects.toThrow(/no room.+Make room/s);
  await (await startRouterProcess({}, [process.execPath, main], directory))[Symbol.asyncDispose](); // makes the key
  await using router = await start(
    `key=$(cat ${keyPath}); ${disk}; umask 077; echo "$key" > ${keyPath}; ${fill}; exec "$@"`,
  );
  await using call = await CountedCall.start(router, '127.84.0.1');
  expect(await call.lost(packets)).toBeLessThanOrEqual(byChance);
}, 60_000);
