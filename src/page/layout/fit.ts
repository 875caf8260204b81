import type { Size } from './layout.ts';

/** Part of a picture that may be cut off to fill its tile; with more lost, bars beside it are the smaller evil. */
const mostCropped = 0.65;

/** Whether a video should fill its tile (and be cropped) or be shown whole. Without a picture yet: fill. */
export function fit(video: Size, tile: Size): 'cover' | 'contain' {
  if (surface(video) === 0 || surface(tile) === 0) return 'cover';
  const ratio = video.width / video.height / (tile.width / tile.height);
  const shown = Math.min(ratio, 1 / ratio);
  return 1 - shown > mostCropped ? 'contain' : 'cover';
}

function surface({ width, height }: Size): number {
  return width * height;
}
