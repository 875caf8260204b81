import { expect, test } from 'vitest';
import { admit } from '../../../src/client/call/admission.ts';
import { CallError } from '../../../src/client/call/call-error.ts';
import { Invitation } from '../../../src/client/call/invitation.ts';
import { peek } from '../../../src/client/call/peek.ts';
import type { Tokens } from '../../../src/client/call/with-token.ts';
import { SeatKey } from '../../../src/client/encryption/call-key/seat-key.ts';
import { RouterConnection } from '../../../src/client/signalling/router-connection.ts';
import type { RequestError } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { random } from '../../support/fake-relay.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

const tokenOf = (value: number, length: number = limits.tokenBytes): Uint8Array => new Uint8Array(length).fill(value);

/** As many tokens, and how often one was asked for. */
function purse(...tokens: readonly (Uint8Array | Error | undefined)[]): { take: Tokens; taken: () => number } {
  let taken = 0;
  const take: Tokens = () => {
    const next = tokens[taken];
    taken += 1;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return { take, taken: () => taken };
}

/** Somebody who joins or looks, the far end of their connection, and how it comes out. */
async function asking(kind: 'call.join' | 'call.peek', tokens: Tokens | undefined) {
  const clock = new FakeClock();
  const pair = routerPair();
  const router = new FakeRouter(pair);
  const invitation = new Invitation('https://calls.example', random(32), pair.publicKey);
  const calling = new AbortController();
  const input = { clock, socket: () => router.socket, signal: calling.signal };
  const { routerUrl, routerKeys } = invitation;
  const asked =
    kind === 'call.peek'
      ? peek(invitation, { ...input, tokens })
      : RouterConnection.open({ ...input, routerUrl, routerKeys }).then(async (connection) =>
          admit(connection, invitation, await SeatKey.create(), tokens),
        );
  const outcome = asked.then(
    () => 'let in',
    (error: unknown) => (error instanceof CallError ? error.code : 'no CallError'),
  );
  router.open();
  await settle();
  const refuse = async (...errors: readonly RequestError[]): Promise<void> => {
    for (const error of errors) {
      router.refuse(router.requests.length, error);
      await settle();
    }
  };
  /** The first byte of each token that came, and undefined for a request without. */
  const came = (): (number | undefined)[] =>
    router.requests.map(({ params }) => ('token' in params ? params.token[0] : undefined));
  return { router, calling, outcome, refuse, came };
}

test.each(['call.join', 'call.peek'] as const)('%s gives no token to a router that wants none', async (kind) => {
  const { take, taken } = purse(tokenOf(1));
  const { router, outcome, came } = await asking(kind, take);
  expect(router.requests.map(({ request }) => request)).toEqual([kind]);
  router.refuse(1, 'call-full');
  expect(await outcome).not.toBe('let in');
  expect([came(), taken()]).toEqual([[undefined], 0]);
});

test.each(['token-refused', 'token-spent'] as const)('a token that is %s is followed by another', async (error) => {
  const { take } = purse(tokenOf(1), tokenOf(2));
  const { router, outcome, refuse, came } = await asking('call.peek', take);
  await refuse('token-missing', error);
  router.answer(3, 'call.peek', { call: null });
  expect(await outcome).toBe('let in');
  expect(came()).toEqual([undefined, 1, 2]);
});

test('a channel tries three tokens, and no more', async () => {
  const { take, taken } = purse(tokenOf(1), tokenOf(2), tokenOf(3), tokenOf(4));
  const { outcome, refuse, came } = await asking('call.join', take);
  await refuse('token-missing', 'token-spent', 'token-refused', 'token-refused');
  expect(await outcome).toBe('token-refused');
  expect([came(), taken()]).toEqual([[undefined, 1, 2, 3], 3]);
});

test.each<[string, (Uint8Array | Error | undefined)[] | undefined, RequestError[], string]>([
  ['nobody to ask', undefined, ['token-missing'], 'token-needed'],
  ['none to be had', [undefined], ['token-missing'], 'token-needed'],
  ['none left', [tokenOf(1), undefined], ['token-missing', 'token-refused'], 'token-refused'],
  ['nothing that is a token', [tokenOf(1, 353)], ['token-missing'], 'token-refused'],
  ['an issuer that is away', [new CallError('issuer-unreachable')], ['token-missing'], 'issuer-unreachable'],
  ['an application that fails', [new Error('x')], ['token-missing'], 'token-needed'],
])('%s ends it with a code', async (_, tokens, refusals, code) => {
  const { outcome, refuse } = await asking('call.join', tokens && purse(...tokens).take);
  await refuse(...refusals);
  expect(await outcome).toBe(code);
});

test('whoever calls it off while a token is looked for need not wait for it', async () => {
  const { calling, outcome, refuse } = await asking('call.peek', () => new Promise(() => undefined));
  await refuse('token-missing');
  calling.abort();
  expect(await outcome).toBe('aborted');
});
