import type { types } from 'mediasoup-client';

/** The most that a picture of up to so many lines may send, in bits a second. Higher looks better and costs everybody more. */
const bitrates = [
  { height: 90, most: 100_000 },
  { height: 180, most: 200_000 },
  { height: 360, most: 600_000 },
  { height: 720, most: 1_700_000 },
  { height: Infinity, most: 3_000_000 },
] as const;

/** Layers of simulcast at most; each has half the lines of the next. */
const mostLayers = 3;
/** Lines of the smallest layer, in pixels: below, a layer of its own would cost more than it saves. */
const leastLines = 180;

/**
 * The most that the two layers of a screen may send, in bits a second. The large one holds a page of text at 15 frames/s and a
 * video at 30; the small one fits a line that is too weak for it, and a tile.
 */
const screenBitrates = { small: 200_000, large: 2_500_000 } as const;

export interface Picture {
  /** Of the captured track, in pixels; undefined where the browser does not say. */
  readonly height: number | undefined;
  /** The most that may be sent, in pixels. */
  readonly maxHeight: number;
}

/**
 * The encodings of a video, smallest first: 180, 360 and 720 lines of a picture of 720, one encoding of one below 360.
 * What a picture has above `maxHeight` is scaled away.
 */
export function videoEncodings({ height, maxHeight }: Picture): types.RtpEncodingParameters[] {
  const captured = height ?? maxHeight;
  const top = Math.min(captured, maxHeight);
  const halvings = Math.floor(Math.log2(Math.max(1, top / leastLines)));
  const layers = Math.min(mostLayers, halvings + 1);
  return Array.from({ length: layers }, (_, index) => {
    const lines = top / 2 ** (layers - 1 - index);
    return {
      scaleResolutionDownBy: captured / lines,
      maxBitrate: mostBits(lines),
    };
  });
}

/**
 * The encodings of a screen, smallest first: half the lines for who cannot have all of them, and all up to `maxHeight`. None has
 * a frame rate of its own: Chromium 156 would hold all of them to the lowest (measured).
 */
export function screenEncodings({ height, maxHeight }: Picture): types.RtpEncodingParameters[] {
  const captured = height ?? maxHeight;
  const top = Math.min(captured, maxHeight);
  const scale = captured / top;
  return [
    { scaleResolutionDownBy: 2 * scale, maxBitrate: screenBitrates.small },
    { scaleResolutionDownBy: scale, maxBitrate: screenBitrates.large },
  ];
}

/** The most bits a second of a picture of so many lines. */
export function mostBits(lines: number): number {
  return bitrates.find(({ height }) => height >= lines)?.most ?? 0;
}
