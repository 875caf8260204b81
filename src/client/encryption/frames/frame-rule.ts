import type { Bytes } from '../../../shared/support/bytes.ts';

/** A frame before sealing: what stays clear of it, and what does not. */
export interface PlainFrame {
  readonly clear: Bytes;
  readonly plaintext: Bytes;
}

/** How the frames of one codec are sealed so that browsers can still packetise them (ENCRYPTION "Clear bytes"). */
export interface FrameRule {
  /** Cuts an encoder's frame, copying it; undefined when nothing of it would be encrypted, or it is none: it is to be dropped. */
  readonly split: (frame: Uint8Array) => PlainFrame | undefined;
  /** Cuts a received frame into the clear bytes of its sender, copied, and a view of what `sealFrame` put after them; undefined when it is none. */
  readonly take: (frame: Uint8Array) => { readonly clear: Bytes; readonly sealed: Uint8Array } | undefined;
  /** What the decoder gets. */
  readonly join: (clear: Bytes, plaintext: Bytes) => Bytes;
  /** Whether a decoder can begin with a frame, read off its own bytes: RTP metadata is the router's to write. */
  readonly isKeyFrame: (frame: Uint8Array) => boolean;
}
