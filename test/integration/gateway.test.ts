import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import { CodedError } from '../../src/shared/protocol/errors.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { fromBase64Url } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestClient, testCall } from '../support/test-client.ts';
import { RouterSocket } from '../../src/tools/peers/router-socket.ts';
import { startTestRouter } from '../support/test-router.ts';

describe('page and headers', () => {
  let directory: string;
  let router: Router;
  let base: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-page-'));
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>Sotto</title>');
    router = await startTestRouter({ pageDirectory: directory });
    base = router.address.replace('localhost', '127.0.0.1');
  });
  afterAll(async () => {
    await router.close();
    await rm(directory, { recursive: true });
  });

  test.each(['', '.well-known/sotto.json', 'not-there', '../../package.json', '%2e%2e/%2e%2e/package.json'])(
    'every answer has a policy without a third party and without inline code: /%s',
    async (path) => {
      const answer = await fetch(base + path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("style-src 'self';");
      expect(policy).toContain(`connect-src 'self' ws://${new URL(base).host};`);
      expect(policy).toContain("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('permissions-policy')).toContain(
        'camera=(self), microphone=(self), display-capture=(self)',
      );
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(await answer.text()).not.toContain('"dependencies"');
    },
  );

  test('the page is served, its router key told, and nothing else answered', async () => {
    expect(await (await fetch(base)).text()).toContain('<title>Sotto</title>');
    const told = (await (await fetch(`${base}.well-known/sotto.json`)).json()) as {
      version: number;
      routerKey: string;
    };
    expect(told.version).toBe(1);
    expect(fromBase64Url(told.routerKey)).toEqual(router.routerKey);
    expect((await fetch(`${base}not-there`)).status).toBe(404);
    expect((await fetch(base, { method: 'POST' })).status).toBe(405);
  });

  test('a page that is not built is said to be so', async () => {
    await using bare = await startTestRouter({ pageDirectory: join(directory, 'none') });
    expect(bare.pageBuilt).toBe(false);
    const answer = await fetch(bare.address.replace('localhost', '127.0.0.1'));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build:page');
  });
});

describe('sockets', () => {
  let router: Router;
  beforeAll(async () => {
    router = await startTestRouter();
  });
  afterAll(async () => {
    await router.close();
  });

  test('are refused to pages of elsewhere, and at other paths', async () => {
    await expect(RouterSocket.open({ ...router, origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(RouterSocket.open({ ...router, origin: 'null' })).rejects.toThrow('403');
    const own = new URL(router.address).origin;
    const socket = await RouterSocket.open({ ...router, origin: own, from: '127.1.0.1' });
    socket.webSocket.terminate();
    const elsewhere = new URL('/socket', router.address).href.replace('localhost', '127.0.0.1');
    expect((await fetch(elsewhere)).status).toBeGreaterThanOrEqual(400);
  });

  test('are ended for a message over 64 KiB, and for text', async () => {
    const [large, text] = [await RouterSocket.open(router), await RouterSocket.open(router)];
    large.send(new Uint8Array(limits.frameBytes + 1));
    text.webSocket.send('{"id":1}');
    expect(await large.closed).toEqual({ code: 4006, reason: 'message-too-large' });
    expect(await text.closed).toEqual({ code: 4001, reason: 'malformed' });
  });

  test('beyond 20 at once from one address are turned away before they can shake hands; others are not', async () => {
    await using own = await startTestRouter({}, { clock: new FakeClock() });
    const opened = await Promise.all(
      Array.from({ length: 40 }, () => RouterSocket.open({ ...own, from: '127.2.0.1' })),
    );
    const outcomes = opened.map(async ({ closed, webSocket }) => {
      const served = new Promise<string>((resolve) => {
        webSocket.once('pong', () => {
          resolve('served');
        });
      });
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
      return Promise.race([served, closed.then(({ code, reason }) => `${code} ${reason}`)]);
    });
    const counted = (await Promise.all(outcomes)).toSorted();
    expect(counted).toEqual([
      ...Array.from({ length: 20 }, () => '4012 too-many'),
      ...Array.from({ length: 20 }, () => 'served'),
    ]);
    using other = await TestClient.connect({ ...own, from: '127.2.0.2' });
    await other.join(testCall());
    for (const { webSocket } of opened) webSocket.terminate();
  });

  test('that do not read are ended before their backlog passes 1 MiB by much', async () => {
    const call = testCall();
    using deaf = await TestClient.connect({ ...router, from: '127.3.0.1' });
    const { participantId } = await deaf.join(call);
    deaf.socket.webSocket.pause();
    using talker = await TestClient.connect({ ...router, from: '127.3.0.2' });
    await talker.join(call);
    const left = talker.notice('participant.left'); // 10 s later: its seat is held
    const bytes = new Uint8Array(16_384);
    const flood = async (): Promise<void> => {
      for (;;) await talker.request('relay.send', { list: [{ to: participantId, bytes }] }).catch(refused);
    };
    await Promise.race([left, flood()]);
    expect((await left).participantId.key).toBe(participantId.key);
    deaf.socket.webSocket.resume();
    expect((await deaf.closed).code).not.toBe(1000);
  }, 30_000);
});

describe('time', () => {
  test('a socket that answers pings stays; one that does not is ended after 10 s', async () => {
    const clock = new FakeClock();
    await using router = await startTestRouter({}, { clock });
    const [lively, silent] = [await TestClient.connect(router), await TestClient.connect(router)];
    await lively.join(testCall());
    await silent.join(testCall());
    silent.socket.webSocket.on('ping', () => undefined);
    silent.socket.webSocket.pause(); // like a phone in a tunnel
    for (let passed = 0; passed < limits.silenceMs + limits.pingMs; passed += limits.pingMs) {
      const pinged = new Promise((resolve) => lively.socket.webSocket.once('ping', resolve));
      clock.advance(limits.pingMs);
      await pinged;
      await expect(lively.request('consumer.resume', nobody())).rejects.toThrow('source-missing'); // its pong is in
    }
    silent.socket.webSocket.resume();
    expect(await silent.closed).toEqual({ code: 4011, reason: 'silent-too-long' });
    expect(lively.socket.webSocket.readyState).toBe(lively.socket.webSocket.OPEN);
  });

  test('a socket that does not complete its handshake in 10 s is ended', async () => {
    const clock = new FakeClock();
    await using router = await startTestRouter({}, { clock });
    const socket = await RouterSocket.open(router);
    clock.advance(limits.handshakeMs);
    expect(await socket.closed).toEqual({ code: 4010, reason: 'handshake-too-slow' });
  });
});

describe('elsewhere than on loopback', () => {
  test('page and socket are encrypted on the way, with a certificate made for a try-out', async () => {
    // Any address but loopback will do; this one stands for all.
    await using router = await startTestRouter({
      host: '0.0.0.0',
      mediaIp: '127.0.0.1',
      announcedAddress: 'call.example',
    });
    const url = new URL(router.address);
    expect(url.protocol).toBe('https:');
    url.hostname = '127.0.0.1';
    const status = await new Promise((resolve, reject) => {
      const asked = request(url, { rejectUnauthorized: false }, (answer) => {
        answer.resume();
        resolve(answer.headers['content-security-policy']);
      });
      asked.on('error', reject).end();
    });
    expect(status).toContain(`wss://127.0.0.1:${url.port}`);
    using client = await TestClient.connect({ address: url.href, routerKey: router.routerKey });
    await expect(client.join(testCall())).resolves.toMatchObject({ others: [] });
    await expect(fetch(`http://127.0.0.1:${url.port}/`)).rejects.toThrow();
  });
});

/** Asks for something of somebody who is not there. */
function nobody(): { participantId: ParticipantId; source: 'camera' } {
  const participantId = ParticipantId.from(new Uint8Array(16));
  if (participantId === undefined) throw new Error('no id');
  return { participantId, source: 'camera' };
}

/** Lets a refusal pass, and nothing else. */
function refused(error: unknown): void {
  if (!(error instanceof CodedError)) throw error;
}
