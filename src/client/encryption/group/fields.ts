import { fromLittleEndian } from '../../../shared/support/bytes.ts';

type Fields<Lengths extends readonly number[]> = { readonly [Index in keyof Lengths]: Uint8Array };

/**
 * Cuts `bytes`, which came from outside, into fields of these lengths (bytes), in this order; undefined unless they
 * fill it exactly. The fields are views, good only as long as nobody changes `bytes`.
 */
export function fieldsOf<const Lengths extends readonly number[]>(
  bytes: Uint8Array,
  ...lengths: Lengths
): Fields<Lengths> | undefined {
  if (lengths.reduce((sum, length) => sum + length, 0) !== bytes.length) return undefined;
  let start = 0;
  const fields = lengths.map((length) => {
    start += length;
    return bytes.subarray(start - length, start);
  });
  return fields as unknown as Fields<Lengths>;
}

/** The little-endian counter in 8 bytes that came from outside; undefined past 2^53 - 1, which nobody reaches by counting. */
export function counterOf(bytes: Uint8Array): number | undefined {
  try {
    return fromLittleEndian(bytes);
  } catch {
    return undefined;
  }
}
