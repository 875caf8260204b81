import { concat, type Bytes } from '../../../shared/support/bytes.ts';

/** An Opus packet and, after it, one byte that says whether its source is muted: inside what is sealed (ENCRYPTION "Even sizes"). */
export function markMuted(packet: Uint8Array, muted: boolean): Bytes {
  return concat(packet, Uint8Array.of(muted ? 1 : 0));
}

/** The reverse, for what has opened. */
export function readMuted(marked: Bytes): { readonly packet: Bytes; readonly muted: boolean } {
  return { packet: marked.slice(0, -1), muted: marked.at(-1) === 1 };
}
