import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { encodeHeader } from '../../../src/client/encryption/frames/header.ts';
import { kidOf } from '../../../src/client/encryption/keys/derive.ts';

/** A frame that nobody sealed, of 300 bytes, under every key id that could be next in turn, and some that could not. */
export function forgedFrame(number: number): Bytes {
  const chain = number % 4 === 3 ? 2 + number : 1;
  const header = encodeHeader({ kid: BigInt(kidOf(chain, 1 + (number % 256))), counter: BigInt(1_000_000 + number) });
  const frame = new Uint8Array(300).fill(number % 256);
  frame[0] = 1;
  frame.set(header, 3);
  return frame;
}
