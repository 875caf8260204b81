import nacl from 'tweetnacl';
import { describe, expect, test } from 'vitest';
import { ClientHandshake } from '../../../src/shared/sealing/client-handshake.ts';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import { concat, littleEndian, type Bytes } from '../../../src/shared/support/bytes.ts';
import { multiplications, vectors } from './vectors.ts';

const given = vectors();

/** A router hello that is rightly sealed, and says what an honest router never would. */
function hello(version: number, routerEphemeral: Bytes, clientCookie: Bytes): Bytes {
  const { cookie } = given.routerEphemeral;
  const body = concat(Uint8Array.of(version), routerEphemeral, clientCookie);
  const { ephemeralPublicKey } = given.client;
  return concat(cookie, nacl.box(body, concat(cookie, littleEndian(1, 8)), ephemeralPublicKey, given.router.secretKey));
}

describe.each(multiplications)('a router with the right key that lies, with $name', ({ multiply }) => {
  const open = (routerHello: Bytes): unknown => {
    const { ephemeralSecretKey, cookie } = vectors().client;
    const pair = new KeyPair(ephemeralSecretKey, multiply);
    return new ClientHandshake({ routerKeys: [given.router.publicKey], pair, cookie }).open(routerHello);
  };

  test('says nothing wrong: the helper above makes good hellos', () => {
    expect(hello(1, given.routerEphemeral.publicKey, given.client.cookie)).toEqual(given.routerHello);
  });

  test.each(given.refusedPublicKeys.filter(({ publicKey }) => publicKey.length === 32))(
    'is refused with an ephemeral key that is: $what',
    ({ publicKey }) => {
      expect(() => open(hello(1, publicKey, given.client.cookie))).toThrow('public-key-refused');
    },
  );

  test("is refused with the client's own key as its ephemeral key", () => {
    expect(() => open(hello(1, given.client.ephemeralPublicKey, given.client.cookie))).toThrow('public-key-refused');
  });

  test('is refused with another version, or the cookie of another hello', () => {
    expect(() => open(hello(2, given.routerEphemeral.publicKey, given.client.cookie))).toThrow('version-unknown');
    expect(() => open(hello(1, given.routerEphemeral.publicKey, new Uint8Array(16)))).toThrow('cookie-wrong');
  });
});
