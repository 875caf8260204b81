import type { Source } from '../../../shared/identity/source.ts';
import { littleEndian, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';
import { hkdf } from '../call-key/hkdf.ts';

/** Size of a media key, a base key and a broadcast key, in bytes. */
export const keyLength = 32;

/** The largest step; after it comes a new chain. */
export const lastStep = 2 ** 16 - 1;

/** KID of a chain (u32) and step (u16): below 2^48, so exact as a number, but only without bit operators. */
export function kidOf(chain: number, step: number): number {
  return chain * 2 ** 16 + step;
}

/** Chain and step of a KID; undefined when it is no KID of ours (2^48 and above). */
export function fromKid(kid: bigint | number): { chain: number; step: number } | undefined {
  if (kid < 0 || kid >= 2 ** 48) return undefined;
  const value = Number(kid);
  return { chain: Math.floor(value / 2 ** 16), step: value % 2 ** 16 };
}

/** The media key of the next step (ENCRYPTION "Step"). There is no way back. */
export function nextStep(mediaKey: Uint8Array): Bytes {
  return hkdf(mediaKey, keyLength, 'sotto/1 step');
}

/** SFrame's base_key for one source under one media key (ENCRYPTION "Frame"). */
export function frameBaseKey(mediaKey: Uint8Array, callBinding: Uint8Array, source: Source): Bytes {
  return hkdf(mediaKey, keyLength, 'sotto/1 frame', callBinding, toUtf8(source));
}

/** The secretbox key of one broadcast (ENCRYPTION "broadcast"). */
export function broadcastKey(mediaKey: Uint8Array, callBinding: Uint8Array, kid: number, counter: number): Bytes {
  return hkdf(mediaKey, keyLength, 'sotto/1 broadcast', callBinding, littleEndian(kid, 8), littleEndian(counter, 8));
}
