import { concat, type Bytes } from '../../../shared/support/bytes.ts';
import type { FrameCodec } from '../messages.ts';
import { clearLength } from './clear-bytes.ts';
import { tagLength, type FrameKey } from './frame-key.ts';
import { decodeHeader, encodeHeader, type Header } from './header.ts';

/** A frame before sealing: what stays clear of it, and what does not. */
export interface PlainFrame {
  readonly clear: Bytes;
  readonly plaintext: Bytes;
}

/** Copies a frame into its two parts; undefined when nothing of it would be encrypted: it is to be dropped. */
export function splitFrame(codec: FrameCodec, frame: Uint8Array): PlainFrame | undefined {
  const clear = clearLength(codec, frame);
  return frame.length > clear ? { clear: frame.slice(0, clear), plaintext: frame.slice(clear) } : undefined;
}

/** `clear bytes | SFrame header | ciphertext | tag 16`; header and clear bytes are authenticated (ENCRYPTION "Frame"). */
export async function sealFrame(key: FrameKey, header: Header, { clear, plaintext }: PlainFrame): Promise<Bytes> {
  const encoded = encodeHeader(header);
  return concat(clear, encoded, await key.seal(header.counter, concat(encoded, clear), plaintext));
}

/** A received frame taken apart, not yet authenticated. */
export interface SealedFrame extends Header {
  readonly clear: Bytes;
  readonly aad: Bytes;
  readonly ciphertext: Bytes;
}

/** Takes a received frame apart; undefined when it is too short to have been sealed, or its header is none. */
export function parseFrame(codec: FrameCodec, frame: Uint8Array): SealedFrame | undefined {
  const clear = clearLength(codec, frame);
  const header = decodeHeader(frame.subarray(clear));
  if (header === undefined || frame.length <= clear + header.length + tagLength) return undefined;
  const { kid, counter, length } = header;
  return {
    kid,
    counter,
    clear: frame.slice(0, clear),
    aad: concat(frame.subarray(clear, clear + length), frame.subarray(0, clear)),
    ciphertext: frame.slice(clear + length),
  };
}

/** The frame as it was before sealing, or undefined when it does not open under `key`. */
export async function openFrame(key: FrameKey, sealed: SealedFrame): Promise<Bytes | undefined> {
  const plaintext = await key.open(sealed.counter, sealed.aad, sealed.ciphertext);
  return plaintext === undefined ? undefined : concat(sealed.clear, plaintext);
}
