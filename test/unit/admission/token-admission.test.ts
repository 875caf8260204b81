import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TokenAdmission } from '../../../src/server/admission/token-admission.ts';
import { settingsFrom } from '../../../src/server/settings/settings.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/session-bench.ts';
import { newKey, TestIssuer } from '../../support/test-issuer.ts';

const hour = 3_600;
const clock = new FakeClock();
const nowSeconds = clock.calendarMs() / 1_000;
const [ending, coming, foreign] = [newKey(), newKey(), newKey()];
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.create([
    { key: ending, from: 0, until: nowSeconds + hour },
    { key: coming, from: nowSeconds + hour, until: 1e10 },
  ]);
});
afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
});

function admissionAt(clock: FakeClock): Promise<TokenAdmission> {
  const { tokens } = settingsFrom(issuer.settings);
  if (tokens === undefined) throw new Error('no tokens');
  return TokenAdmission.create(tokens, clock);
}

async function said(admission: TokenAdmission, token: Bytes | undefined): Promise<string> {
  return admission.admit(token).then(
    () => 'admitted',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
}

async function one(made?: Parameters<TestIssuer['tokens']>[1]): Promise<Bytes> {
  const [token] = await issuer.tokens(1, made);
  return token ?? new Uint8Array();
}

describe('a token', () => {
  test('lets in once, whatever else comes', async () => {
    using admission = await admissionAt(new FakeClock());
    const [token, other] = await issuer.tokens(2);
    expect(token).toHaveLength(354);
    expect(await said(admission, token)).toBe('admitted');
    expect(await said(admission, token)).toBe('token-spent');
    expect(await said(admission, other)).toBe('admitted');
    expect(await said(admission, token)).toBe('token-spent');
  });

  test('that many show at the same time lets in one of them', async () => {
    using admission = await admissionAt(new FakeClock());
    const token = await one();
    const answers = await Promise.all(Array.from({ length: 20 }, () => said(admission, token)));
    expect(answers.filter((answer) => answer === 'admitted')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'token-spent')).toHaveLength(19);
  });

  test('that is missing is missed', async () => {
    using admission = await admissionAt(new FakeClock());
    expect(await said(admission, undefined)).toBe('token-missing');
  });

  test('that is forged is refused, whichever part of it, and spends nothing', async () => {
    using admission = await admissionAt(new FakeClock());
    const token = await one();
    const parts = { type: 0, typeToo: 1, nonce: 2, challenge: 34, key: 66, signature: 98, end: 353 };
    for (const [part, at] of Object.entries(parts)) {
      const forged = token.with(at, (token[at] ?? 0) ^ 1);
      expect([part, await said(admission, forged)]).toEqual([part, 'token-refused']);
    }
    for (const forged of [new Uint8Array(354), token.slice(0, 353), new Uint8Array(0), Uint8Array.of(...token, 0)])
      expect(await said(admission, forged)).toBe('token-refused');
    expect(await said(admission, token)).toBe('admitted');
  });

  test.each([
    ['under a key that this issuer does not have', { key: foreign }],
    ['for another router', { routerName: 'other.example' }],
    ['of another issuer by name', { issuerName: 'other.example' }],
    ['under a key that is not good yet', { key: coming }],
  ])('%s is refused', async (_, made) => {
    using admission = await admissionAt(new FakeClock());
    expect(await said(admission, await one(made))).toBe('token-refused');
  });

  test('is good until its key ends, and from when it begins', async () => {
    const clock = new FakeClock();
    using admission = await admissionAt(clock);
    const [last, late] = await issuer.tokens(2, { key: ending });
    clock.advance(hour * 1_000 - 1);
    expect(await said(admission, last)).toBe('admitted');
    clock.advance(1);
    expect(await said(admission, last)).toBe('token-refused');
    expect(await said(admission, late)).toBe('token-refused');
    expect(await said(admission, await one({ key: coming }))).toBe('admitted');
  });
});

describe('the keys of an issuer', () => {
  test('are told to whoever asks: those of now and of later', async () => {
    const clock = new FakeClock();
    using admission = await admissionAt(clock);
    expect(admission.told().issuerKeys).toHaveLength(3);
    clock.advance(hour * 1_000);
    expect(admission.told().issuerKeys).toHaveLength(2);
  });

  test('are read again within a minute when the file has changed; one that is no good changes nothing', async () => {
    await using own = await TestIssuer.create();
    const clock = new FakeClock();
    const { tokens } = settingsFrom(own.settings);
    using admission = await TokenAdmission.create(tokens ?? expect.fail(), clock);
    const next = newKey();
    const told = admission.told().issuerKeys;
    const looked = async (): Promise<void> => {
      clock.advance(60_000);
      while (clock.waiting === 0) await settled();
    };
    await writeFile(own.settings.issuerKeys, '{');
    await looked();
    expect(admission.told().issuerKeys).toEqual(told);
    await own.list([{ key: next, from: 0, until: 1e10 }]);
    await looked();
    expect(admission.told().issuerKeys).not.toEqual(told);
    expect(await said(admission, (await own.tokens(1, { key: next }))[0])).toBe('admitted');
    expect(await said(admission, (await own.tokens(1))[0])).toBe('token-refused');
  });

  test.each(['', '{}', '{"token-keys":[{"token-type":2,"token-key":"AAAA","not-before":0,"not-after":1}]}', '[1]'])(
    'in a file that says %j keep a router from starting',
    async (text) => {
      await using own = await TestIssuer.create();
      await writeFile(own.settings.issuerKeys, text);
      const { tokens } = settingsFrom(own.settings);
      await expect(TokenAdmission.create(tokens ?? expect.fail(), new FakeClock())).rejects.toThrow('sotto issuer');
    },
  );
});
