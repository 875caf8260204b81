import type { Bytes } from '../../../shared/support/bytes.ts';

/** What an SFrame header says: which key, and which frame under it. Both are below 2^64. */
export interface Header {
  readonly kid: bigint;
  readonly counter: bigint;
}

/**
 * The SFrame header of RFC 9605 section 4.3: one byte `X K Y C` (1, 3, 1 and 3 bits), then KID and CTR, big-endian and as short as
 * possible, where they are not below 8 and stand in that byte. Throws RangeError outside 0 to 2^64 - 1.
 */
export function encodeHeader({ kid, counter }: Header): Bytes {
  const first = encodeField(kid);
  const second = encodeField(counter);
  return new Uint8Array([first.nibble * 16 + second.nibble, ...first.bytes, ...second.bytes]);
}

/** The header that `bytes` begin with, and its length in bytes; undefined when it is cut off or longer than it had to be. */
export function decodeHeader(bytes: Uint8Array): (Header & { readonly length: number }) | undefined {
  const [config] = bytes;
  if (config === undefined) return undefined;
  const kid = decodeField(Math.floor(config / 16), bytes.subarray(1));
  if (kid === undefined) return undefined;
  const counter = decodeField(config % 16, bytes.subarray(1 + kid.length));
  if (counter === undefined) return undefined;
  return { kid: kid.value, counter: counter.value, length: 1 + kid.length + counter.length };
}

/** One flag and three bits: below 8 the value itself, from 8 on the flag and the number of bytes less one. */
function encodeField(value: bigint): { nibble: number; bytes: number[] } {
  if (value < 0n || value >= 2n ** 64n) throw new RangeError('not a 64-bit number');
  if (value < 8n) return { nibble: Number(value), bytes: [] };
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest /= 256n) bytes.unshift(Number(rest % 256n));
  return { nibble: 8 + bytes.length - 1, bytes };
}

function decodeField(nibble: number, rest: Uint8Array): { value: bigint; length: number } | undefined {
  if (nibble < 8) return { value: BigInt(nibble), length: 0 };
  const length = nibble - 8 + 1;
  if (rest.length < length) return undefined;
  const value = rest.subarray(0, length).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const isShortest = length === 1 ? value >= 8n : rest[0] !== 0;
  return isShortest ? { value, length } : undefined;
}
