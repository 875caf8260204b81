import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';

/** Bytes with a buffer of their own: what WebCrypto and WebSocket take without a cast. */
export type Bytes = Uint8Array<ArrayBuffer>;

export { bytesToHex as toHex };

/** The UTF-8 bytes of `text`. */
export function toUtf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The parts one after the other, in new memory. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  return concatBytes(...parts);
}

/** `value` as `length` bytes, little-endian. Throws RangeError when it is negative, no integer, or does not fit. */
export function littleEndian(value: number | bigint, length: number): Bytes {
  let rest = BigInt(value);
  if (rest < 0n || rest >= 256n ** BigInt(length)) throw new RangeError('number does not fit');
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    bytes[index] = Number(rest % 256n);
    rest /= 256n;
  }
  return bytes;
}

/** The number that little-endian `bytes` hold. Throws RangeError past 2^53 - 1. */
export function fromLittleEndian(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) throw new RangeError('number too large');
  return value;
}

/** Compares in a time that depends on the lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let same = 0;
  for (let index = 0; index < a.length; index += 1) same += a[index] === b[index] ? 1 : 0;
  return same === a.length;
}

/** Orders as the memory of both would be ordered: -1, 0 or 1. */
export function compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const x = bytesToHex(a);
  const y = bytesToHex(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** The bytes of unpadded base64url, or undefined when it is none (also: not canonical). */
export function fromBase64Url(text: string): Bytes | undefined {
  try {
    return base64urlnopad.decode(text) as Bytes;
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 `bytes`, or undefined when they are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
