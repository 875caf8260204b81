import { concat, fromUtf8, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';

/** Bytes of a display name in an auth, zeros after it included. */
export const nameLength = 64;

/**
 * What a name may not hold, because it could pass for another name or disturb the text around it: control characters,
 * line and paragraph separators, marks and overrides of writing direction, zero-width space, byte-order mark.
 * The zero-width joiners stay: emoji and several scripts need them.
 */
const unwanted = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** `name` without what it may not hold and without space around it, cut to 64 bytes of UTF-8 between characters. */
export function cleanName(name: string): string {
  let clean = '';
  for (const character of name.toWellFormed().replace(unwanted, '').trim()) {
    if (toUtf8(clean + character).length > nameLength) break;
    clean += character;
  }
  return clean.trim();
}

/** A clean name as it travels: UTF-8, zeros up to 64 bytes. */
export function encodeName(name: string): Bytes {
  const text = toUtf8(name);
  return concat(text, new Uint8Array(nameLength - text.length));
}

/** The name in 64 bytes from a peer; undefined unless they are what a clean name travels as. */
export function decodeName(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const text = end === -1 ? bytes : bytes.subarray(0, end);
  if (bytes.subarray(text.length).some((byte) => byte !== 0)) return undefined;
  const name = fromUtf8(text);
  return name !== undefined && cleanName(name) === name ? name : undefined;
}

/** Names for which this is the same look the same or nearly so: compatibility forms, case and spaces are levelled. */
export function likenessOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/[\u200c\u200d]/gu, '');
}
