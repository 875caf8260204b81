import { unreachable } from '../../../shared/support/unreachable.ts';
import type { FrameCodec } from '../messages.ts';

/**
 * How many bytes at the start of a frame stay clear so that browsers can still packetise it (ENCRYPTION "Clear bytes").
 * Read off the frame's own first byte, which is clear itself, so that both sides get the same answer.
 */
export function clearLength(codec: FrameCodec, frame: Uint8Array): number {
  switch (codec) {
    case 'opus':
      return 0;
    case 'vp8':
      return isVp8KeyFrame(frame) ? 10 : 3;
    default:
      return unreachable(codec);
  }
}

/** Whether a VP8 frame is a key frame: the lowest bit of its first byte is 0 then (RFC 6386 section 9.1). */
export function isVp8KeyFrame(frame: Uint8Array): boolean {
  const [first = 0] = frame;
  return first % 2 === 0;
}
