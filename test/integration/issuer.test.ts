import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { genericBatched, MediaType, publicVerif, TokenChallenge } from '@cloudflare/privacypass-ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TokenAdmission } from '../../src/server/admission/token-admission.ts';
import { systemClock } from '../../src/server/support/system-clock.ts';
import { directoryPath, KeyStore, requestPath } from '../../src/tools/issuer/key-store.ts';
import { IssuerServer } from '../../src/tools/issuer/server.ts';

const day = 86_400;
const { BLIND_RSA, BlindRSAMode, Client } = publicVerif;

interface Listed {
  readonly 'token-key': string;
  readonly 'not-before': number;
  readonly 'not-after': number;
}

describe('an issuer', () => {
  let folder: string;
  let nowSeconds: number;
  let stack: AsyncDisposableStack;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sotto-issuer-'));
    nowSeconds = 20_000 * day + 3_600;
    stack = new AsyncDisposableStack();
  });
  afterEach(async () => {
    await stack.disposeAsync();
    await rm(folder, { recursive: true });
  });

  const start = async (allow?: string): Promise<string> => {
    const keys = new KeyStore(join(folder, 'keys'));
    const options = { host: '127.0.0.1', port: 0, keys, certificate: undefined, allow, nowSeconds: () => nowSeconds };
    const server = stack.use(await IssuerServer.listen(options));
    return `http://127.0.0.1:${server.port}`;
  };
  const directory = async (url: string): Promise<readonly Listed[]> => {
    const answer = (await (await fetch(url + directoryPath)).json()) as { 'token-keys': readonly Listed[] };
    return answer['token-keys'];
  };
  const post = (url: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) =>
    fetch(url + requestPath, {
      method: 'POST',
      body,
      headers: { 'content-type': MediaType.ARBITRARY_BATCHED_TOKEN_REQUEST, ...headers },
    });
  const batch = async (key: Uint8Array, count: number) => {
    const challenge = new TokenChallenge(BLIND_RSA.value, 'issuer.example', new Uint8Array(), ['router.example']);
    const clients = Array.from({ length: count }, () => new Client(BlindRSAMode.PSS));
    const asked = await Promise.all(clients.map((client) => client.createTokenRequest(challenge, key)));
    const requests = asked.map((one) => new genericBatched.TokenRequest(one));
    return { clients, body: new Uint8Array(new genericBatched.BatchedTokenRequest(requests).serialize()) };
  };

  test('makes tokens under the first key of its directory, which verify under it', async () => {
    const url = await start();
    const [first] = await directory(url);
    await writeFile(join(folder, 'directory.json'), JSON.stringify({ 'token-keys': [first] }));
    const { clients, body } = await batch(Buffer.from(first?.['token-key'] ?? '', 'base64url'), 2);
    const answer = await post(url, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      MediaType.ARBITRARY_BATCHED_TOKEN_RESPONSE,
    ]);
    const responses = [
      ...genericBatched.GenericBatchTokenResponse.deserialize(new Uint8Array(await answer.arrayBuffer())),
    ];
    const names = { routerName: 'router.example', issuerName: 'issuer.example', issuerUrl: url };
    const clock = { ...systemClock, calendarMs: () => nowSeconds * 1_000 };
    using admission = await TokenAdmission.create({ ...names, keysFile: join(folder, 'directory.json') }, clock);
    for (const [number, client] of clients.entries()) {
      const bytes = responses[number]?.tokenResponse?.serialize() ?? new Uint8Array();
      const token = await client.finalize(client.deserializeTokenResponse(bytes));
      await admission.admit(new Uint8Array(token.serialize()));
    }
    await expect(admission.admit(undefined)).rejects.toThrow('token-missing');
  });

  test('has a key a day, each good for two days; the next is known before, and the files of those that are over are deleted', async () => {
    const url = await start();
    const before = await directory(url);
    expect(before.map((key) => [key['not-before'] / day, key['not-after'] / day])).toEqual([
      [20_000, 20_002],
      [20_001, 20_003],
    ]);
    nowSeconds += day;
    const after = await directory(url);
    expect(after.map((key) => key['not-before'] / day)).toEqual([20_001, 20_000, 20_002]);
    expect([after[0], after[1]]).toEqual([before[1], before[0]]);
    nowSeconds += 2 * day;
    await directory(url);
    const files = await readdir(join(folder, 'keys'));
    expect(files.map((file) => Number.parseInt(file) / day)).toEqual([20_002, 20_003, 20_004]);
    for (const file of files) expect((await stat(join(folder, 'keys', file))).mode % 0o1000).toBe(0o600);
  });

  test('has the same keys when it is started again', async () => {
    const before = await directory(await start());
    expect(await directory(await start())).toEqual(before);
  });

  test('asks its operator, with what the client sent as authorization', async () => {
    const allow = join(folder, 'allow');
    await writeFile(allow, '#!/bin/sh\n[ "$(cat)" = "Bearer of good news" ]\n', { mode: 0o700 });
    const url = await start(allow);
    const [first = expect.fail()] = await directory(url);
    const { body } = await batch(Buffer.from(first['token-key'], 'base64url'), 1);
    expect((await post(url, body)).status).toBe(401);
    expect((await post(url, body, { authorization: 'Bearer of bad news' })).status).toBe(401);
    expect((await post(url, body, { authorization: 'Bearer of good news' })).status).toBe(200);
  });

  test("does not start when its operator's program cannot run", async () => {
    await expect(start(join(folder, 'missing'))).rejects.toThrow('--allow');
  });

  test('refuses what is no batch of requests under its key, and makes nothing of a part of it', async () => {
    const url = await start();
    const [first = expect.fail(), next = expect.fail()] = await directory(url);
    const encoded = (key: Listed): Uint8Array => new Uint8Array(Buffer.from(key['token-key'], 'base64url'));
    const { body } = await batch(encoded(first), 2);
    const beyond = body.with(-1, 0).fill(0xff, 7, 7 + 256); // above the modulus
    expect((await post(url, beyond)).status).toBe(422);
    const { body: early } = await batch(encoded(next), 1);
    expect((await post(url, early)).status).toBe(422);
    for (const nonsense of ['', 'x', body.slice(0, -1), Uint8Array.of(...body, 0)])
      expect((await post(url, nonsense)).status).toBe(422);
    expect((await post(url, body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(url, new Uint8Array(64 * 259 + 9))).status).toBe(413);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await post(url, body)).status).toBe(200);
  });

  test('sets no cookie, and answers pages of any origin', async () => {
    const url = await start();
    const asked = await fetch(url + requestPath, { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    expect([...asked.headers.keys()]).not.toContain('set-cookie');
    expect(await readFile(join(folder, 'keys', `${20_000 * day}.pem`), 'utf8')).toContain('PRIVATE KEY');
  });
});
