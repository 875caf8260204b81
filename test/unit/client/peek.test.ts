import { expect, test } from 'vitest';
import { askInventory } from '../../../src/client/call/inventory.ts';
import { Invitation } from '../../../src/client/call/invitation.ts';
import { peek } from '../../../src/client/call/peek.ts';
import type { PeekedCall } from '../../../src/client/index.ts';
import { fromCallKey } from '../../../src/client/encryption/call-key/derivations.ts';
import { sealCallState } from '../../../src/client/encryption/group/call-state.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
import type { Tokens } from '../../../src/client/call/with-token.ts';
import type { Inventory } from '../../../src/shared/protocol/inventory.ts';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import type { Result } from '../../../src/shared/protocol/requests.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { random } from '../../support/fake-relay.ts';
import { sampleInventory } from '../../support/page-inventory.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

/** Somebody who peeks, and the far end of their connection. */
async function peeking(tokens?: Tokens) {
  const clock = new FakeClock();
  const pair = routerPair();
  const router = new FakeRouter(pair);
  const callKey = random(32);
  const invitation = new Invitation('https://calls.example', callKey.slice(), pair.publicKey);
  const calling = new AbortController();
  const seen = peek(invitation, { clock, socket: () => router.socket, signal: calling.signal, tokens });
  const outcome = seen.catch((error: unknown) => error);
  router.open();
  await settle();
  return { clock, router, callKey, calling, seen, outcome };
}

type Seen = NonNullable<Result<'call.peek'>['call']>;
const nowSeconds = 1_700_000_000;
const startedAt = 28_333_333;

async function seenOf(call: (callKey: Bytes) => Seen | null): Promise<PeekedCall> {
  const { router, callKey, seen } = await peeking();
  router.answer(1, 'call.peek', { call: call(callKey) });
  return seen;
}

const sealed = (callKey: Bytes, count: number, at: number): Bytes =>
  sealCallState(fromCallKey(callKey, 'state'), random(24), { count, at });

test('a look asks one thing, over a connection that is closed again', async () => {
  const { router, seen } = await peeking();
  expect(router.requests.map(({ request }) => request)).toEqual(['call.peek']);
  expect(router.closedWith).toBeUndefined();
  router.answer(1, 'call.peek', { call: null });
  expect(await seen).toEqual({ running: false });
  expect(router.closedWith).toBe(4000);
});

test('tells since when, whether it is full, and how many are in it as they say themselves', async () => {
  expect(await seenOf((key) => ({ startedAt, full: true, state: sealed(key, 3, nowSeconds - 10) }))).toEqual({
    running: true,
    startedAt: new Date('2023-11-14T22:13:00Z'),
    full: true,
    people: 3,
  });
});

test.each<[string, (callKey: Bytes) => Bytes | null]>([
  ['no state', () => null],
  ['a state of another call', () => sealed(random(32), 3, nowSeconds)],
  ['a state from the past', (key) => sealed(key, 3, nowSeconds - 301)],
  ['a state from the future', (key) => sealed(key, 3, nowSeconds + 301)],
  ['a state that counts nobody', (key) => sealed(key, 0, nowSeconds)],
  ['no state at all', () => new Uint8Array(5)],
])('%s tells no number', async (_, state) => {
  const seen = await seenOf((key) => ({ startedAt, full: false, state: state(key) }));
  expect(seen).toMatchObject({ running: true, people: undefined });
});

test('can be called off', async () => {
  const { router, calling, outcome } = await peeking();
  calling.abort();
  expect(await outcome).toMatchObject({ code: 'aborted' });
  expect(router.closedWith).toBe(4000);
});

test('a router that goes away, or refuses, is an error like any other', async () => {
  const gone = await peeking();
  gone.router.close(1006);
  expect(await gone.outcome).toMatchObject({ name: 'CallError', code: 'router-unreachable' });
  const refusing = await peeking();
  refusing.router.refuse(1, 'router-full');
  expect(await refusing.outcome).toMatchObject({ name: 'CallError', code: 'router-refused' });
});

/** A router that answers `inventory` with at most `most` subscriptions of so many. */
function inventories(inAll: number, most: number): { asked: number[]; ask: Ask } {
  const [one] = sampleInventory.subscriptions;
  const all = Array.from({ length: inAll }, () => one).filter((entry) => entry !== undefined);
  const asked: number[] = [];
  const ask = (_request: string, { from }: { from: number }): Promise<Inventory> => {
    asked.push(from);
    const subscriptions = all.slice(from, from + most);
    return Promise.resolve({ ...sampleInventory, subscriptions, subscriptionsInAll: inAll });
  };
  return { asked, ask: ask as unknown as Ask };
}

test('an inventory with more subscriptions than one answer holds is asked for until it is whole', async () => {
  const { asked, ask } = inventories(250, 100);
  const { subscriptions } = await askInventory(ask);
  expect(subscriptions).toHaveLength(250);
  expect(asked).toEqual([0, 100, 200]);
});

test('a router that promises more than it gives is not asked for ever', async () => {
  const { asked, ask } = inventories(250, 0);
  expect((await askInventory(ask)).subscriptions).toEqual([]);
  expect(asked).toEqual([0, 0]);
});

test('an inventory that is refused is an error like any other', async () => {
  const ask = (): Promise<never> => Promise.reject(new CodedError('transport-missing'));
  await expect(askInventory(ask as unknown as Ask)).rejects.toMatchObject({
    name: 'CallError',
    code: 'router-refused',
  });
});
