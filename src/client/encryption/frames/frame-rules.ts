import { concat } from '../../../shared/support/bytes.ts';
import type { FrameCodec } from '../messages.ts';
import { av1 } from './av1.ts';
import type { FrameRule } from './frame-rule.ts';

/** The only codecs that are negotiated. */
export const frameRules: Readonly<Record<FrameCodec, FrameRule>> = {
  opus: beginning(
    () => 0,
    () => true,
  ),
  vp8: beginning((frame) => (isVp8KeyFrame(frame) ? 10 : 3), isVp8KeyFrame),
  vp9: beginning(() => 0, isVp9KeyFrame),
  av1,
};

/** The rule that so many bytes at a frame's beginning stay clear; whatever decides how many is among them. */
function beginning(length: (frame: Uint8Array) => number, isKeyFrame: FrameRule['isKeyFrame']): FrameRule {
  return {
    split(frame) {
      const clear = length(frame);
      return frame.length > clear ? { clear: frame.slice(0, clear), plaintext: frame.slice(clear) } : undefined;
    },
    take(frame) {
      const clear = length(frame);
      return { clear: frame.slice(0, clear), sealed: frame.subarray(clear) };
    },
    join: (clear, plaintext) => concat(clear, plaintext),
    isKeyFrame,
  };
}

/** The lowest bit of a VP8 key frame's first byte is 0 (RFC 6386 section 9.1). */
function isVp8KeyFrame([first = 0]: Uint8Array): boolean {
  return first % 2 === 0;
}

/** Of a VP9 key frame's first byte, show_existing_frame and frame_type are 0 (VP9 bitstream specification, 6.2; profiles 0 to 2). */
function isVp9KeyFrame([first = 0]: Uint8Array): boolean {
  return Math.floor(first / 4) % 4 === 0;
}
