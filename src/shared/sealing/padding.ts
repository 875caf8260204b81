import { concat, fromLittleEndian, littleEndian, type Bytes } from '../support/bytes.ts';

/** Bytes of the length that stands before the padded message. */
const prefix = 4;

/** `message` with its length before it (u32) and zeros after it, up to the next power of two, `smallest` or above. */
export function pad(message: Uint8Array, smallest: number): Bytes {
  let size = smallest;
  while (size < prefix + message.length) size *= 2;
  return concat(littleEndian(message.length, prefix), message, new Uint8Array(size - prefix - message.length));
}

/** The message in what `pad` made; undefined when the length is wrong or the padding is not all zeros. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length < prefix) return undefined;
  const length = fromLittleEndian(padded.subarray(0, prefix));
  if (length > padded.length - prefix) return undefined;
  if (padded.subarray(prefix + length).some((byte) => byte !== 0)) return undefined;
  return padded.subarray(prefix, prefix + length);
}
