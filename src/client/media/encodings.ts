import type { types } from 'mediasoup-client';

/** Heights of the simulcast layers, in pixels, with the most that each may send, in bits a second. */
const layers = [
  { height: 90, maxBitrate: 100_000 },
  { height: 180, maxBitrate: 200_000 },
  { height: 360, maxBitrate: 600_000 },
  { height: 720, maxBitrate: 1_700_000 },
  { height: 1080, maxBitrate: 3_000_000 },
] as const;

/** What a picture above the largest layer may send, in bits a second. */
const mostBitrate = 3_000_000;

/** Below this height one layer serves everybody: a second one would cost more than it saves. */
const simulcastFromHeight = 360;

export interface Picture {
  /** Of the captured track, in pixels; undefined where the browser does not say. */
  readonly height: number | undefined;
  /** The most that may be sent, in pixels. */
  readonly maxHeight: number;
}

/**
 * The encodings of a video, smallest first: one below 360 lines, else 180, 360 and 720 as far as the picture goes.
 * What a picture has above `maxHeight` is scaled away.
 */
export function videoEncodings({ height, maxHeight }: Picture): types.RtpEncodingParameters[] {
  const captured = height ?? maxHeight;
  const top = Math.min(captured, maxHeight);
  const full = {
    scaleResolutionDownBy: captured / top,
    maxBitrate: layers.find((layer) => layer.height >= top)?.maxBitrate ?? mostBitrate,
  };
  if (top < simulcastFromHeight) return [full];
  const lower = layers
    .filter((layer) => layer.height >= 180 && layer.height <= top / 2)
    .slice(-2)
    .map((layer) => ({ scaleResolutionDownBy: captured / layer.height, maxBitrate: layer.maxBitrate }));
  return [...lower, full];
}
