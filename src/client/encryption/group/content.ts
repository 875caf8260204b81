import { concat, fromLittleEndian, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';

/** Sizes of what a pair message or a broadcast seals, in bytes: few, so that sizes tell little. */
const sizes = [128, 256, 512, 1024] as const;
const headLength = 3;

/** What kind a sealed content is; its layout follows from it (ENCRYPTION "Content"). */
export const contentKinds = { auth: 1, keys: 2, roster: 3, bye: 4, capture: 5, asking: 6, speaking: 7 } as const;

export interface Content {
  /** One of `contentKinds`, or a kind of a later version. */
  readonly kind: number;
  readonly body: Uint8Array;
}

/** `kind u8 | length u16 | body | zeros`, to the next of 128, 256, 512, 1024 bytes. Throws RangeError past that. */
export function packContent(kind: keyof typeof contentKinds, body: Uint8Array): Bytes {
  const size = sizes.find((candidate) => candidate >= headLength + body.length);
  if (size === undefined) throw new RangeError('content does not fit');
  const head = concat(Uint8Array.of(contentKinds[kind]), littleEndian(body.length, 2));
  return concat(head, body, new Uint8Array(size - headLength - body.length));
}

/** The reverse for bytes from outside; undefined unless they are exactly what `packContent` makes of kind and body. */
export function unpackContent(packed: Uint8Array): Content | undefined {
  const kind = packed[0];
  if (kind === undefined || packed.length < headLength) return undefined;
  const end = headLength + fromLittleEndian(packed.subarray(1, headLength));
  if (packed.length !== sizes.find((size) => size >= end)) return undefined;
  if (packed.subarray(end).some((byte) => byte !== 0)) return undefined;
  return { kind, body: packed.subarray(headLength, end) };
}
