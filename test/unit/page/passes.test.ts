import { describe, expect, test } from 'vitest';
import { CallError, type WalletOptions } from '../../../src/client/index.ts';
import { KeptPasses } from '../../../src/page/model/kept-link.ts';
import { Passes } from '../../../src/page/model/passes.ts';
import { FakeStorage } from '../../support/page-doubles.ts';
import { settle } from '../client/fake-clock.ts';

/** Passes whose wallet fails as the test says, and what it was told. */
function passesWith(outcome: (authorization: string | undefined) => CallError | undefined) {
  const device = new FakeStorage();
  const asked: (string | undefined)[] = [];
  const places: unknown[] = [];
  let forgotten = 0;
  const passes = new Passes(
    new KeptPasses(device),
    () => Promise.resolve(undefined),
    ({ authorization, store }: WalletOptions) => {
      places.push(store);
      const fetchAhead = (): Promise<void> => {
        asked.push(authorization?.());
        const error = outcome(authorization?.());
        return error === undefined ? Promise.resolve() : Promise.reject(error);
      };
      return {
        fetchAhead,
        take: () => fetchAhead().then(() => undefined),
        forget: () => (forgotten += 1),
        moveTo: (place) => places.push(place),
      };
    },
  );
  return { passes, device, asked, places, forgotten: () => forgotten };
}

/** Types it and leaves the field. */
function give(passes: Passes, code: string): void {
  passes.typed.value = code;
  passes.useCode();
}

const needsCode = (authorization: string | undefined): CallError | undefined =>
  authorization === 'Bearer letmein' ? undefined : new CallError('token-needed');

describe('an access code', () => {
  test('is not asked for where passes come without', async () => {
    const { passes } = passesWith(() => undefined);
    await passes.prepare();
    expect(passes.code.value).toBe('none');
  });

  test('is asked for where they do not, and taken when it is right', async () => {
    const { passes, asked } = passesWith(needsCode);
    await passes.prepare();
    expect(passes.code.value).toBe('needed');
    give(passes, ' letmein ');
    expect(passes.code.value).toBe('checking');
    give(passes, 'letmein');
    await settle();
    expect(passes.code.value).toBe('taken');
    expect(asked).toEqual([undefined, 'Bearer letmein']);
  });

  test('that is wrong is told, and another can be tried', async () => {
    const { passes } = passesWith(needsCode);
    await passes.prepare();
    give(passes, 'wrong');
    await settle();
    expect(passes.code.value).toBe('refused');
    give(passes, 'letmein');
    await settle();
    expect(passes.code.value).toBe('taken');
  });

  test('that no header can carry is refused without asking', async () => {
    const { passes, asked } = passesWith(needsCode);
    await passes.prepare();
    give(passes, 'open\u2003sesame');
    expect(passes.code.value).toBe('refused');
    passes.codeWanted();
    expect(passes.code.value).toBe('refused');
    expect(asked).toHaveLength(1);
  });

  test('that could not be looked at can be given again', async () => {
    const { passes, asked } = passesWith((authorization) =>
      authorization === undefined ? new CallError('token-needed') : new CallError('issuer-unreachable'),
    );
    await passes.prepare();
    give(passes, 'letmein');
    await settle();
    expect(passes.code.value).toBe('needed');
    give(passes, 'letmein');
    await settle();
    expect(asked).toEqual([undefined, 'Bearer letmein', 'Bearer letmein']);
  });
});

test('passes that the router refused are thrown away, and others fetched', async () => {
  const { passes, asked, forgotten } = passesWith(() => undefined);
  passes.renew();
  await settle();
  expect([forgotten(), asked.length]).toEqual([1, 1]);
});

test('passes stay on the device only if that was asked for, and no longer', () => {
  const { passes, device, places } = passesWith(() => undefined);
  expect(passes.keeps.value).toBe(false);
  passes.keep(true);
  expect(new KeptPasses(device).place).toBe(device);
  passes.keep(false);
  expect(device.items.size).toBe(0);
  expect(places).toEqual([undefined, device, undefined]);
});
