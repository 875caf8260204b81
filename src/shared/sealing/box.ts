import nacl from 'tweetnacl';
import { concat, littleEndian, type Bytes } from '../support/bytes.ts';

/** Size of a cookie, in bytes: the sender's half of every nonce. */
export const cookieLength = 16;

/** A part of tweetnacl that its type declarations leave out. */
const { lowlevel } = nacl as unknown as {
  lowlevel: { crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void };
};

const sigma = new TextEncoder().encode('expand 32-byte k');

/** The key of NaCl's `crypto_box` from an X25519 shared secret, so that any X25519 can be used: HSalsa20(secret, 0). */
export function boxKey(sharedSecret: Uint8Array): Bytes {
  const key = new Uint8Array(nacl.box.sharedKeyLength);
  lowlevel.crypto_core_hsalsa20(key, new Uint8Array(16), sharedSecret, sigma);
  return key;
}

/** A nonce: the sender's cookie, then the number of the message (u64). Never on the wire (PROTOCOL section 4). */
export function nonce(cookie: Uint8Array, counter: number): Bytes {
  return concat(cookie, littleEndian(counter, 8));
}
