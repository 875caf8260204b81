import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { CallError } from '../../../src/client/index.ts';
import type { MintRequest } from '../../../src/client/tokens/mint.ts';
import { TokenWallet, type WalletOptions } from '../../../src/client/tokens/wallet.ts';
import type { Admission } from '../../../src/shared/protocol/admission.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { toBase64Url, type Bytes } from '../../../src/shared/support/bytes.ts';
import { FakeStorage } from '../../support/page-doubles.ts';
import { FakeClock } from './fake-clock.ts';

const key = new Uint8Array([1, 2, 3]);
const admission: Admission = {
  issuerUrl: 'https://issuer.example/',
  issuerName: 'issuer.example',
  routerName: 'router.example',
  issuerKeys: [toBase64Url(key)],
};
const perBatch = 6;

/** One that looks as if it had been made under `key`. */
function token(): Bytes {
  const bytes = new Uint8Array(randomBytes(limits.tokenBytes));
  bytes.set(createHash('sha256').update(key).digest(), 66);
  return bytes;
}

/** A wallet, and what it fetched. The issuer's answers come when the test lets time pass. */
function walletWith(options: Partial<WalletOptions> = {}) {
  const clock = new FakeClock();
  const minted: MintRequest[] = [];
  const issuer = { failure: undefined as CallError | undefined, lasts: 86_400 };
  const services = {
    clock,
    random: () => 0.5,
    mint: async (request: MintRequest) => {
      minted.push(request);
      await Promise.resolve();
      if (issuer.failure !== undefined) throw issuer.failure;
      const untilSeconds = clock.calendarMs() / 1_000 + issuer.lasts;
      return { tokens: Array.from({ length: perBatch }, token), untilSeconds };
    },
  };
  const wallet = new TokenWallet({ admission: () => Promise.resolve(admission), ...options }, services);
  return { wallet, clock, minted, issuer };
}

async function takeAll(wallet: TokenWallet, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(toBase64Url((await wallet.take()) ?? new Uint8Array()));
  return taken;
}

test('one batch is fetched ahead, and each token of it given away once', async () => {
  const { wallet, minted } = walletWith({ authorization: () => 'Bearer x' });
  await wallet.fetchAhead();
  const taken = await takeAll(wallet, perBatch);
  expect(new Set(taken).size).toBe(perBatch);
  expect(minted).toEqual([{ admission, authorization: 'Bearer x' }]);
});

test('who takes from an empty wallet waits for a batch, and two who do for the same one', async () => {
  const { wallet, minted } = walletWith();
  const [first, second] = await Promise.all([wallet.take(), wallet.take(), wallet.fetchAhead()]);
  expect(first).not.toEqual(second);
  expect(minted).toHaveLength(1);
});

test('when few are left, more are fetched some minutes after, not with the use', async () => {
  const { wallet, clock, minted } = walletWith();
  await takeAll(wallet, perBatch);
  await clock.pass(329_000);
  expect(minted).toHaveLength(1);
  await clock.pass(2_000);
  expect(minted).toHaveLength(2);
  await takeAll(wallet, perBatch);
  expect(minted).toHaveLength(2);
});

test('a refill that fails is silent, and the last one who takes is told', async () => {
  const { wallet, clock, issuer } = walletWith();
  await takeAll(wallet, perBatch);
  issuer.failure = new CallError('issuer-unreachable');
  await clock.pass(600_000);
  await expect(wallet.take()).rejects.toMatchObject({ code: 'issuer-unreachable' });
  issuer.failure = undefined;
  expect(await wallet.take()).toHaveLength(limits.tokenBytes);
});

test('an open router costs nothing', async () => {
  const { wallet, minted } = walletWith({ admission: () => Promise.resolve(undefined) });
  await wallet.fetchAhead();
  expect(await wallet.take()).toBeUndefined();
  expect(minted).toEqual([]);
});

test('tokens whose key has ended are not given away', async () => {
  const { wallet, clock, minted, issuer } = walletWith();
  issuer.lasts = 60;
  await wallet.fetchAhead();
  await clock.pass(61_000);
  await wallet.take();
  expect(minted).toHaveLength(2);
});

test('a store keeps tokens for the next time, and nothing after the last one or when they are thrown away', async () => {
  const store = new FakeStorage();
  const before = walletWith({ store });
  await before.wallet.fetchAhead();
  await takeAll(before.wallet, 1);
  const after = walletWith({ store });
  await after.wallet.fetchAhead();
  await takeAll(after.wallet, perBatch - 1);
  expect(after.minted).toEqual([]);
  expect(store.items.size).toBe(0);
  await after.wallet.fetchAhead();
  expect(store.items.size).toBe(1);
  after.wallet.forget();
  expect(store.items.size).toBe(0);
});

test('without a store, or after it was taken away, tokens are in memory only', async () => {
  const store = new FakeStorage();
  const { wallet, minted } = walletWith({ store });
  await wallet.fetchAhead();
  wallet.moveTo();
  expect(store.items.size).toBe(0);
  await takeAll(wallet, perBatch - 1);
  wallet.moveTo(store);
  expect(store.items.size).toBe(1);
  await wallet.take();
  expect(minted).toHaveLength(1);
});

test.each<[string, Partial<Admission>]>([
  ['another router', { routerName: 'other.example' }],
  ['another issuer', { issuerName: 'other.example' }],
  ['a key that is not named any more', { issuerKeys: ['AAAA'] }],
])('kept tokens for %s are not used', async (_, changes) => {
  const store = new FakeStorage();
  await walletWith({ store }).wallet.fetchAhead();
  const { wallet, minted } = walletWith({ store, admission: () => Promise.resolve({ ...admission, ...changes }) });
  await wallet.fetchAhead();
  expect(minted).toHaveLength(1);
});

test.each(['nonsense', '[1]', '{}', '[{"token":"AAAA"}]'])('a store that holds %s holds nothing', async (text) => {
  const store = new FakeStorage();
  await walletWith({ store }).wallet.fetchAhead();
  for (const name of store.items.keys()) store.setItem(name, text);
  const { wallet, minted } = walletWith({ store });
  await wallet.fetchAhead();
  expect(minted).toHaveLength(1);
});

test('a wallet that is disposed of fetches no more', async () => {
  const { wallet, clock, minted } = walletWith();
  await takeAll(wallet, perBatch);
  wallet[Symbol.dispose]();
  await clock.pass(700_000);
  expect(minted).toHaveLength(1);
});
