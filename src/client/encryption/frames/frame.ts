import { concat, type Bytes } from '../../../shared/support/bytes.ts';
import type { FrameCodec } from '../messages.ts';
import { tagLength, type FrameKey } from './frame-key.ts';
import type { PlainFrame } from './frame-rule.ts';
import { frameRules } from './frame-rules.ts';
import { decodeHeader, encodeHeader, type Header } from './header.ts';

/** `clear bytes | SFrame header | ciphertext | tag 16`; header and clear bytes are authenticated (ENCRYPTION "Frame"). */
export async function sealFrame(key: FrameKey, header: Header, { clear, plaintext }: PlainFrame): Promise<Bytes> {
  const encoded = encodeHeader(header);
  return concat(clear, encoded, await key.seal(header.counter, concat(encoded, clear), plaintext));
}

/** A received frame taken apart, not yet authenticated. */
export interface SealedFrame extends Header {
  readonly codec: FrameCodec;
  readonly clear: Bytes;
  readonly aad: Bytes;
  readonly ciphertext: Bytes;
}

/** Takes a received frame apart; undefined when it is too short to have been sealed, or its header is none. */
export function parseFrame(codec: FrameCodec, frame: Uint8Array): SealedFrame | undefined {
  const taken = frameRules[codec].take(frame);
  if (taken === undefined) return undefined;
  const { clear, sealed } = taken;
  const header = decodeHeader(sealed);
  if (header === undefined || sealed.length <= header.length + tagLength) return undefined;
  const { kid, counter, length } = header;
  return {
    codec,
    kid,
    counter,
    clear,
    aad: concat(sealed.subarray(0, length), clear),
    ciphertext: sealed.slice(length),
  };
}

/** The frame as it was before sealing, or undefined when it does not open under `key`. */
export async function openFrame(
  key: FrameKey,
  { codec, counter, clear, aad, ciphertext }: SealedFrame,
): Promise<Bytes | undefined> {
  const plaintext = await key.open(counter, aad, ciphertext);
  return plaintext === undefined ? undefined : frameRules[codec].join(clear, plaintext);
}
