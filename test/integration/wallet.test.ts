import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInvitation, readRouterInfo, type Admission, type RouterInfo } from '../../src/client/index.ts';
import { peek } from '../../src/client/call/peek.ts';
import { browserClock } from '../../src/client/signalling/browser-clock.ts';
import { mint } from '../../src/client/tokens/mint.ts';
import { TokenWallet } from '../../src/client/tokens/wallet.ts';
import { toBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';
import { IssuerKeyPair } from '../../src/tools/issuer/issuer.ts';
import { KeyStore } from '../../src/tools/issuer/key-store.ts';
import { IssuerServer } from '../../src/tools/issuer/server.ts';
import { Conspiracy } from '../support/linkability.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';
import { WatchedIssuer } from '../support/watched-issuer.ts';

const perBatch = 16;

let folder: string;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-wallet-'));
  stack = new AsyncDisposableStack();
});
afterEach(async () => {
  await stack.disposeAsync();
  await rm(folder, { recursive: true });
});

/** A real issuer, watched. `code`: whoever has it gets tokens; without it, everybody. */
async function issuer(code?: string): Promise<WatchedIssuer> {
  const allow = code === undefined ? undefined : join(folder, 'allow');
  if (allow !== undefined) await writeFile(allow, `#!/bin/sh\n[ "$(cat)" = "Bearer ${code}" ]\n`, { mode: 0o700 });
  const keys = new KeyStore(join(folder, 'keys'));
  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
  const options = { host: '127.0.0.1', port: 0, keys, certificate: undefined, allow, nowSeconds };
  const server = stack.use(await IssuerServer.listen(options));
  return stack.use(await WatchedIssuer.before(`http://127.0.0.1:${server.port}`));
}

async function describedBy(address: string): Promise<RouterInfo> {
  return readRouterInfo(await (await fetch(new URL('/.well-known/sotto.json', address))).json());
}

/** A wallet for the router at `address`, as an application makes it, but for the worker. */
function walletFor(address: string, authorization?: string): TokenWallet {
  const admission = async (): Promise<Admission | undefined> => (await describedBy(address)).admission;
  const services = { clock: browserClock, random: Math.random, mint };
  return stack.use(new TokenWallet({ admission, authorization: () => authorization }, services));
}

test('the SDK looks at a call of a router that asks for tokens, with one of a real issuer', async () => {
  const watched = await issuer();
  const router = stack.use(await startTestRouter(watched.settings));
  const { routerKey } = await describedBy(router.address);
  const invitation = createInvitation({ routerUrl: router.address, routerKey });
  const look = (tokens?: TokenWallet['take']): Promise<unknown> =>
    peek(invitation, {
      clock: browserClock,
      socket: (url) => new WebSocket(url),
      signal: new AbortController().signal,
      tokens,
    });
  await expect(look()).rejects.toMatchObject({ code: 'token-needed' });
  const wallet = walletFor(router.address);
  expect(await look(wallet.take)).toEqual({ running: false });
  expect(await look(wallet.take)).toEqual({ running: false });
  expect(watched.batches).toHaveLength(1);

  const spent = await wallet.take();
  expect(await look(() => Promise.resolve(spent))).toEqual({ running: false });
  const tries = [spent, await wallet.take()];
  expect(await look(() => Promise.resolve(tries.shift()))).toEqual({ running: false });
  await expect(look(() => Promise.resolve(spent))).rejects.toMatchObject({ code: 'token-refused' });
});

test('what wallets really send tells one client from another no more than what is blinded does', async () => {
  const watched = await issuer();
  const router = stack.use(await startTestRouter(watched.settings));
  const call = testCall();
  using host = await TestClient.connect(router);
  await host.join(call, await walletFor(router.address).take());

  const uses: { token: Bytes; sent: Uint8Array[] }[] = [];
  for (const wallet of [walletFor(router.address), walletFor(router.address)]) {
    await wallet.fetchAhead();
    for (let number = 0; number < perBatch; number += 1) {
      const token = (await wallet.take()) ?? expect.fail();
      using client = await TestClient.connect({ ...router, from: `127.61.0.${uses.length + 1}` });
      const sent: Uint8Array[] = [];
      const send = client.sendSealed.bind(client);
      client.sendSealed = (message) => {
        sent.push(message);
        send(message);
      };
      await client.join(call, token);
      uses.push({ token, sent });
    }
  }

  // To the byte the same but for the blinded values: no cookie, no id, no referrer, nothing that one client has of its own.
  const shapes = watched.exchanges.map(({ method, path, headers, request }) =>
    JSON.stringify([method, path, headers, request.length]),
  );
  expect(new Set(shapes).size).toBe(2);
  const named = watched.exchanges.flatMap(({ headers }) => headers.map(([name]) => name));
  expect(named.filter((name) => /cookie|authorization|referer|origin/u.test(name))).toEqual([]);

  const { admission } = await describedBy(router.address);
  const keys = (admission?.issuerKeys ?? []).map((key) => new Uint8Array(Buffer.from(key, 'base64url')));
  const requests = watched.batches.map(({ request }) => request);
  const responses = watched.batches.map(({ response }) => response);
  const [key = expect.fail()] = keys;
  const conspiracy = new Conspiracy(key, requests, responses);
  expect(conspiracy.issued).toBe(3 * perBatch);
  expect(uses.filter(({ token, sent }) => conspiracy.links(token, sent))).toEqual([]);
  expect(uses.every(({ token }, number) => conspiracy.fits((number * 7 + 13) % conspiracy.issued, token))).toBe(true);
});

test('an issuer that wants a code gives tokens to who has it', async () => {
  const watched = await issuer('letmein');
  const router = stack.use(await startTestRouter(watched.settings));
  await expect(walletFor(router.address).fetchAhead()).rejects.toMatchObject({ code: 'token-needed' });
  await expect(walletFor(router.address, 'Bearer wrong').take()).rejects.toMatchObject({ code: 'token-needed' });
  expect(await walletFor(router.address, 'Bearer letmein').take()).toHaveLength(354);
});

/** An issuer that answers as the test says, under a key of its own. */
async function oddIssuer(status: number, body: (path: string) => string | Uint8Array): Promise<Admission> {
  const server = createServer((request, response) => {
    response.writeHead(status).end(body(request.url ?? ''));
  });
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { issuerUrl, issuerName: 'issuer.example', routerName: 'router.example', issuerKeys: [listedKey] };
}

const listedKey = toBase64Url(new IssuerKeyPair(IssuerKeyPair.generate()).encoded);
const directoryOf = (key: string): string =>
  JSON.stringify({ 'token-keys': [{ 'token-type': 2, 'token-key': key, 'not-before': 0, 'not-after': 1e10 }] });

test.each<[string, number, (path: string) => string | Uint8Array, string]>([
  ['has another key than the router names', 200, () => directoryOf('AAAA'), 'issuer-refused'],
  ['has no directory', 200, () => '<html>', 'issuer-refused'],
  ['makes nothing', 200, (path) => (path === '/token-requests' ? '' : directoryOf(listedKey)), 'issuer-refused'],
  [
    'makes what does not verify',
    200,
    (path) =>
      path === '/token-requests'
        ? Uint8Array.from([
            0x50,
            0x30,
            ...Array.from({ length: perBatch }, () => [1, 0, 2, ...new Uint8Array(256)]).flat(),
          ])
        : directoryOf(listedKey),
    'issuer-refused',
  ],
  ['is not there', 404, () => '', 'issuer-refused'],
  ['has had enough', 429, () => '', 'issuer-unreachable'],
  ['has a defect', 500, () => '', 'issuer-unreachable'],
])('an issuer that %s ends it with a code', async (_, status, body, code) => {
  const admission = await oddIssuer(status, body);
  await expect(mint({ admission, authorization: undefined })).rejects.toMatchObject({ code });
});

test('an issuer that does not answer, or cannot be trusted to be itself, is told', async () => {
  const admission = await oddIssuer(200, () => '');
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
  const asked = (issuerUrl: string): Promise<unknown> =>
    mint({ admission: { ...admission, issuerUrl }, authorization: undefined });
  await expect(asked(admission.issuerUrl)).rejects.toMatchObject({ code: 'issuer-unreachable' });
  await expect(asked('http://issuer.example/')).rejects.toMatchObject({ code: 'not-https' });
});
