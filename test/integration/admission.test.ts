import { constants, publicEncrypt } from 'node:crypto';
import { genericBatched, publicVerif } from '@cloudflare/privacypass-ts';
import { expect, test } from 'vitest';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { Conspiracy, opensslKey } from '../support/linkability.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';
import type { Reach } from '../../src/tools/peers/router-socket.ts';
import { TestIssuer } from '../support/test-issuer.ts';
import { startTestRouter } from '../support/test-router.ts';

const count = 1_000;
const atOnce = 20;
const perBatch = 50;

/** Joins and leaves with a token; what the router answered, and all that it was sent. */
async function visit(router: Reach, call: TestCall, token: Bytes): Promise<{ answer: string; sent: Uint8Array[] }> {
  using client = await TestClient.connect(router);
  const sent: Uint8Array[] = [];
  const send = client.sendSealed.bind(client);
  client.sendSealed = (message) => {
    sent.push(message);
    send(message);
  };
  const answer = await client.join(call, token).then(
    () => 'joined',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
  return { answer, sent };
}

/** One visit for each token, from an address of its own. */
async function visits(router: Reach, call: TestCall, tokens: readonly Bytes[], network: number) {
  const all: Awaited<ReturnType<typeof visit>>[] = [];
  for (let from = 0; from < tokens.length; from += atOnce)
    all.push(
      ...(await Promise.all(
        tokens.slice(from, from + atOnce).map((token, number) => {
          const at = from + number;
          return visit({ ...router, from: `127.${network}.${Math.floor(at / 250)}.${(at % 250) + 1}` }, call, token);
        }),
      )),
    );
  return all;
}

test('1,000 joins with tokens: none can be linked to its issue, none is good twice', { timeout: 240_000 }, async () => {
  await using issuer = await TestIssuer.create();
  await using router = await startTestRouter(issuer.settings);
  const tokens: Bytes[] = [];
  while (tokens.length < count) tokens.push(...(await issuer.tokens(perBatch)));
  const call = testCall();
  const [first] = await issuer.tokens(1);
  using host = await TestClient.connect(router);
  await host.join(call, first);

  const joins = await visits(router, call, tokens, 50);
  expect(joins.filter(({ answer }) => answer === 'joined')).toHaveLength(count);
  const replays = await visits(router, call, tokens, 51);
  expect(replays.filter(({ answer }) => answer === 'token-spent')).toHaveLength(count);

  const conspiracy = new Conspiracy(issuer.key.encoded, issuer.requests, issuer.responses);
  expect(conspiracy.issued).toBe(count + 1);
  expect(tokens.filter((token, number) => conspiracy.links(token, joins[number]?.sent ?? []))).toEqual([]);
  // Each token fits its own issue and, as well, any other.
  expect(tokens.every((token, number) => conspiracy.fits(number, token))).toBe(true);
  expect(tokens.every((token, number) => conspiracy.fits((number * 7 + 13) % count, token))).toBe(true);
});

test('a client that does not blind, or carries anything along, is linked', async () => {
  await using issuer = await TestIssuer.create();
  const { key, requests, responses } = issuer;
  const [token = new Uint8Array()] = await issuer.tokens(1);
  const blinded = new Conspiracy(key.encoded, requests, responses);
  expect(blinded.links(token, [])).toBe(false);
  const carried = requests[0]?.slice(40, 60) ?? expect.fail();
  expect(blinded.links(token, [carried])).toBe(true);

  const signature = token.slice(98);
  const message = publicEncrypt({ key: opensslKey(key.encoded), padding: constants.RSA_NO_PADDING }, signature);
  const asked = new publicVerif.TokenRequest(0, new Uint8Array(message), publicVerif.BLIND_RSA);
  const request = new genericBatched.BatchedTokenRequest([new genericBatched.TokenRequest(asked)]).serialize();
  const notBlinded = new Conspiracy(key.encoded, [request], responses);
  expect(notBlinded.links(token, [])).toBe(true);
});
