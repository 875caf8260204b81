import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';

/**
 * HKDF-SHA-512 with an empty salt (RFC 5869): `length` bytes out of `secret` for one purpose.
 * `info` is `label` in UTF-8 with `rest` after it, nothing between.
 */
export function hkdf(secret: Uint8Array, length: number, label: string, ...rest: readonly Uint8Array[]): Bytes {
  return nobleHkdf(sha512, secret, undefined, concat(toUtf8(label), ...rest), length);
}
