import { expect, test, vi } from 'vitest';
import { NativeKeyPair } from '../../../src/client/encryption/call-key/native-key-pair.ts';
import { SealedSocket, socketUrl } from '../../../src/client/signalling/sealed-socket.ts';
import { closeCodes } from '../../../src/shared/protocol/errors.ts';
import { toUtf8 } from '../../../src/shared/support/bytes.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

function connecting(pinned = routerPair(), real = pinned) {
  const clock = new FakeClock();
  const router = new FakeRouter(real);
  const leaving = new AbortController();
  const opened = SealedSocket.open({
    routerUrl: 'http://127.0.0.1:7880',
    routerKeys: [routerPair().publicKey, pinned.publicKey],
    clock,
    socket: () => router.socket,
    signal: leaving.signal,
  });
  return { clock, router, leaving, opened, pinned };
}

const code = (value: string) => expect.objectContaining({ code: value }) as Error;

test('a router that holds a pinned key is believed, and messages go both ways', async () => {
  const { router, opened, pinned } = connecting();
  router.open();
  const socket = await opened;
  expect(socket.routerKey).toEqual(pinned.publicKey);
  const heard: Uint8Array[] = [];
  router.say(toUtf8('early'));
  socket.listen({ message: (message) => heard.push(message), end: () => undefined });
  router.say(toUtf8('late'));
  expect(heard).toEqual([toUtf8('early'), toUtf8('late')]);
});

test('a router with another key is refused, and nothing follows the hello', async () => {
  const { router, opened } = connecting(routerPair(), routerPair());
  router.open();
  await expect(opened).rejects.toEqual(code('router-not-pinned'));
  expect(router.sent).toBe(1);
  expect(router.closedWith).toBe(closeCodes.left);
});

test('a router that closes says why', async () => {
  const { router, opened } = connecting();
  router.close(closeCodes['version-unknown']);
  await expect(opened).rejects.toEqual(code('version-unknown'));
});

test('a router that never answers is unreachable after ten seconds', async () => {
  const { clock, opened } = connecting();
  const refused = expect(opened).rejects.toEqual(code('router-unreachable'));
  await clock.pass(10_000);
  await refused;
});

test('calling it off ends the attempt', async () => {
  const { leaving, opened, router } = connecting();
  leaving.abort();
  await expect(opened).rejects.toEqual(code('aborted'));
  expect(router.closedWith).toBe(closeCodes.left);
});

test('text instead of bytes is no router', async () => {
  const { router, opened } = connecting();
  router.deliver('hello');
  await expect(opened).rejects.toEqual(code('router-refused'));
});

test('a router that says more than hello before it was answered is none', async () => {
  const { router, opened } = connecting();
  router.deliver(new ArrayBuffer(97));
  router.deliver(new ArrayBuffer(97));
  await expect(opened).rejects.toEqual(code('router-refused'));
});

test('a browser that has no X25519 cannot join', async () => {
  vi.spyOn(NativeKeyPair, 'create').mockRejectedValueOnce(new DOMException('no such algorithm', 'NotSupportedError'));
  const { router, opened } = connecting();
  await expect(opened).rejects.toEqual(code('browser-cannot-encrypt'));
  expect(router.sent).toBe(0);
});

test('a message that does not open ends the channel', async () => {
  const { router, opened } = connecting();
  router.open();
  const socket = await opened;
  const ends: string[] = [];
  socket.listen({
    message: () => {
      throw new Error('opened what was not sealed');
    },
    end: (error) => ends.push(error.code),
  });
  router.deliver(new Uint8Array(300).buffer);
  await settle();
  expect(ends).toEqual(['router-refused']);
  expect(router.closedWith).toBe(closeCodes.left);
});

test.each([
  ['https://calls.example.org', 'wss://calls.example.org/socket'],
  ['http://localhost:7880/', 'ws://localhost:7880/socket'],
  ['http://127.77.31.9:7880', 'ws://127.77.31.9:7880/socket'],
  ['http://[::1]:7880', 'ws://[::1]:7880/socket'],
])('%s is reached at %s', (page, socket) => {
  expect(socketUrl(page)).toBe(socket);
});

test.each(['http://calls.example.org', 'http://127.0.0.1.example.org', 'http://10.0.0.1'])(
  'no connection without TLS to %s',
  (page) => {
    expect(() => socketUrl(page)).toThrow(code('not-https'));
  },
);
