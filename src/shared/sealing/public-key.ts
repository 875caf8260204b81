import { CodedError } from '../protocol/errors.ts';
import { compare, type Bytes } from '../support/bytes.ts';

/** Size of an X25519 key, in bytes. */
export const keyLength = 32;

/** 2^255 - 19, little-endian: the first number that is not a canonical u-coordinate. */
const prime = new Uint8Array(keyLength).fill(0xff);
prime[0] = 0xed;
prime[31] = 0x7f;

/** X25519 of a secret and a public key: native in Node, tweetnacl in a browser. */
export type Multiply = (secretKey: Uint8Array, publicKey: Uint8Array) => Uint8Array;

/** Whether these are 32 bytes that encode a number below 2^255 - 19. */
export function isCanonicalKey(bytes: Uint8Array): boolean {
  return bytes.length === keyLength && compare(bytes.toReversed(), prime.toReversed()) < 0;
}

/**
 * The X25519 shared secret of one's own secret key and a public key that came from a peer (RFC 7748 section 6.1).
 * Throws CodedError `public-key-refused` when the peer's key has not 32 bytes, is not canonical (top bit set, or
 * 2^255 - 19 and above), is one's own, or gives the all-zero result of a low-order point (PROTOCOL section 1).
 */
export function agree(multiply: Multiply, secretKey: Bytes, ownPublicKey: Bytes, peerPublicKey: Uint8Array): Bytes {
  const refused = new CodedError('public-key-refused');
  if (!isCanonicalKey(peerPublicKey)) throw refused;
  if (compare(peerPublicKey, ownPublicKey) === 0) throw refused;
  let shared: Uint8Array;
  try {
    shared = multiply(secretKey, peerPublicKey);
  } catch {
    throw refused; // node:crypto refuses low-order points by itself, tweetnacl does not
  }
  if (shared.every((byte) => byte === 0)) throw refused;
  return new Uint8Array(shared);
}
