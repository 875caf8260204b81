import { concat, type Bytes } from '../../../shared/support/bytes.ts';

/** The OBU types that are told apart here (AV1 bitstream specification, 6.2.2). */
export const obuTypes = { sequenceHeader: 1, temporalDelimiter: 2, frame: 6 } as const;

/** Longest length field, in bytes (AV1 bitstream specification, 4.10.5). */
const longestLength = 8;

/** One open bitstream unit, what AV1 frames are made of (AV1 bitstream specification, 5.3). */
export interface Obu {
  readonly type: number;
  /** The byte that names temporal and spatial layer, where there is one. */
  readonly extension: number | undefined;
  readonly payload: Uint8Array;
}

/** The OBUs that fill `bytes` exactly, as views; undefined for bytes that none do. Only the last may leave its length out. */
export function parseObus(bytes: Uint8Array): readonly Obu[] | undefined {
  const obus: Obu[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = bytes[at] ?? 0;
    if (header >= 128) return undefined;
    const extended = Math.floor(header / 4) % 2 === 1;
    const start = at + (extended ? 2 : 1);
    const length =
      Math.floor(header / 2) % 2 === 1 ? parseLength(bytes.subarray(start)) : { value: bytes.length - start, size: 0 };
    if (length === undefined) return undefined;
    const from = start + length.size;
    at = from + length.value;
    if (length.value < 0 || at > bytes.length) return undefined;
    obus.push({
      type: Math.floor(header / 8) % 16,
      extension: extended ? bytes[start - 1] : undefined,
      payload: bytes.subarray(from, at),
    });
  }
  return obus;
}

/** The OBUs one after the other, each with its length. */
export function encodeObus(obus: readonly Obu[]): Bytes {
  return concat(
    ...obus.flatMap(({ type, extension, payload }) => [
      Uint8Array.of(type * 8 + (extension === undefined ? 2 : 6), ...(extension === undefined ? [] : [extension])),
      encodeLength(payload.length),
      payload,
    ]),
  );
}

/** A length in groups of 7 bits, lowest first, all but the last with the top bit set. */
function parseLength(bytes: Uint8Array): { value: number; size: number } | undefined {
  let value = 0;
  for (let index = 0; index < longestLength; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return { value, size: index + 1 };
  }
  return undefined;
}

function encodeLength(length: number): Bytes {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
