/** Length of one packet of sound, in ms: three times the usual, so that one processor seals the sound of many. */
export const soundMs = 60;
/** Rate of the picture: few, since everybody's share one processor. */
export const picturesPerSecond = 5;

/** What encoders of a browser made, to be sent again and again by whoever has none. */
export interface Recording {
  /** Opus, 60 ms each. */
  readonly sound: readonly Uint8Array[];
  /** VP8, 320×180, 5 a second; the first one is a key frame, the others need it. */
  readonly picture: readonly Uint8Array[];
}
