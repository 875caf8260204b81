import type { Layers, MediaConsumer } from '../media/types.ts';

/** What a receiver can use: pixels of height, frames a second. */
export interface Wanted {
  readonly height: number;
  readonly framesPerSecond: number;
}

/**
 * Height of the largest simulcast layer, in pixels, and its frames a second, as far as the router knows: clients do not
 * tell it what they capture, and each layer below is half as high, each temporal layer below half as often.
 */
const top = { height: 720, framesPerSecond: 30 };

/**
 * The zero-based layers to send to who wants that much: the largest picture that is not higher (or the smallest there
 * is), at the lowest rate that is not slower (or the fastest there is). PROTOCOL 7, `subscription.set`.
 */
export function layersFor(wanted: Wanted, { spatial, temporal }: MediaConsumer['layers']): Layers {
  const halvings = Math.max(0, Math.ceil(Math.log2(top.height / wanted.height)));
  const slowings = Math.max(0, Math.floor(Math.log2(top.framesPerSecond / wanted.framesPerSecond)));
  return { spatial: Math.max(0, spatial - 1 - halvings), temporal: Math.max(0, temporal - 1 - slowings) };
}
