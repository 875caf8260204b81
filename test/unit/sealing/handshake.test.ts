import { describe, expect, test } from 'vitest';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import { ClientHandshake } from '../../../src/shared/sealing/client-handshake.ts';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import type { Multiply } from '../../../src/shared/sealing/public-key.ts';
import { answerClientHello, type RouterHandshakeInput } from '../../../src/shared/sealing/router-handshake.ts';
import { fromUtf8, toUtf8, type Bytes } from '../../../src/shared/support/bytes.ts';
import { Secret } from '../../../src/shared/support/secret.ts';
import { multiplications, vectors } from './vectors.ts';

const given = vectors();

function routerInput(multiply: Multiply): RouterHandshakeInput {
  const { router, routerEphemeral } = vectors();
  return {
    router: { publicKey: router.publicKey, secretKey: new Secret(router.secretKey) },
    ephemeral: { publicKey: routerEphemeral.publicKey, secretKey: routerEphemeral.secretKey },
    multiply,
    cookie: routerEphemeral.cookie,
  };
}

function client(multiply: Multiply, routerKeys: readonly Bytes[] = [given.router.publicKey]): ClientHandshake {
  const { ephemeralSecretKey, cookie } = vectors().client;
  return new ClientHandshake({ routerKeys, pair: new KeyPair(ephemeralSecretKey, multiply), cookie });
}

/** `bytes` with one of them different. */
function changed(bytes: Bytes, index: number): Bytes {
  const copy = bytes.slice();
  copy[index] = ((copy[index] ?? 0) + 1) % 256;
  return copy;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CodedError) return String(error.code);
    throw error;
  }
  return 'nothing thrown';
}

describe.each(multiplications)('the handshake with $name', ({ multiply }) => {
  test('both hellos are those of the vectors', () => {
    expect(client(multiply).hello).toEqual(given.clientHello);
    expect(answerClientHello(routerInput(multiply), given.clientHello).hello).toEqual(given.routerHello);
  });

  test('what either side then seals is that of the vectors, and the other side opens it', () => {
    const { channel: atRouter } = answerClientHello(routerInput(multiply), given.clientHello);
    const { channel: atClient, routerKey } = client(multiply).open(given.routerHello);
    expect(routerKey).toEqual(given.router.publicKey);
    for (const { message, box } of given.fromClient) {
      expect(atClient.seal(toUtf8(message))).toEqual(box);
      expect(fromUtf8(atRouter.open(box))).toBe(message);
    }
    for (const { message, box, padded } of given.fromRouter) {
      expect(atRouter.seal(toUtf8(message))).toEqual(box);
      expect(box.length).toBe(padded + 16);
      expect(fromUtf8(atClient.open(box))).toBe(message);
    }
  });

  test('the client opens a hello by whichever of two pinned keys it was sealed, and says which', () => {
    const other = given.routerEphemeral.publicKey;
    expect(client(multiply, [other, given.router.publicKey]).open(given.routerHello).routerKey).toEqual(
      given.router.publicKey,
    );
  });

  test('the client refuses a router that has another key than the pinned one', () => {
    expect(codeOf(() => client(multiply, [given.routerEphemeral.publicKey]).open(given.routerHello))).toBe(
      'router-not-pinned',
    );
  });

  test('the client refuses its own cookie as the router cookie, and any change to the hello', () => {
    const reflected = given.routerHello.slice();
    reflected.set(given.client.cookie);
    expect(codeOf(() => client(multiply).open(reflected))).toBe('cookie-wrong');
    expect(codeOf(() => client(multiply).open(changed(given.routerHello, 0)))).toBe('router-not-pinned');
    expect(codeOf(() => client(multiply).open(changed(given.routerHello, 60)))).toBe('router-not-pinned');
    expect(codeOf(() => client(multiply).open(given.routerHello.subarray(1)))).toBe('malformed');
    expect(codeOf(() => client(multiply).open(new Uint8Array()))).toBe('malformed');
  });

  test('the router refuses its own cookie, another version, and another length', () => {
    const answer = (hello: Bytes): string => codeOf(() => answerClientHello(routerInput(multiply), hello));
    const reflected = given.clientHello.slice();
    reflected.set(given.routerEphemeral.cookie, 33);
    expect(answer(reflected)).toBe('cookie-wrong');
    expect(answer(changed(given.clientHello, 0))).toBe('version-unknown');
    expect(answer(new Uint8Array())).toBe('malformed');
    expect(answer(given.clientHello.slice(0, -1))).toBe('malformed');
    expect(answer(new Uint8Array([...given.clientHello, 0]))).toBe('malformed');
  });

  test.each(given.refusedPublicKeys.filter(({ publicKey }) => publicKey.length === 32))(
    'the router refuses as a client key: $what',
    ({ publicKey }) => {
      const hello = given.clientHello.slice();
      hello.set(publicKey, 1);
      expect(codeOf(() => answerClientHello(routerInput(multiply), hello))).toBe('public-key-refused');
    },
  );

  test.each([
    { what: 'permanent', own: given.router.publicKey },
    { what: 'ephemeral', own: given.routerEphemeral.publicKey },
  ])('the router refuses its own $what key as a client key', ({ own }) => {
    const hello = given.clientHello.slice();
    hello.set(own, 1);
    expect(codeOf(() => answerClientHello(routerInput(multiply), hello))).toBe('public-key-refused');
  });

  test.each(given.refusedPublicKeys)('the client refuses as a pinned router key: $what', ({ publicKey }) => {
    expect(codeOf(() => client(multiply, [publicKey]).open(given.routerHello))).toBe('public-key-refused');
  });

  test('the client refuses its own key as the pinned router key', () => {
    const own = given.client.ephemeralPublicKey;
    expect(codeOf(() => client(multiply, [own]).open(given.routerHello))).toBe('public-key-refused');
  });

  test('the ephemeral secret key is overwritten, whatever comes', () => {
    for (const hello of [given.clientHello, new Uint8Array(), changed(given.clientHello, 0)]) {
      const input = routerInput(multiply);
      codeOf(() => answerClientHello(input, hello));
      expect(input.ephemeral.secretKey).toEqual(new Uint8Array(32));
    }
  });
});
