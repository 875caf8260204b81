/** Least time between two requests for one stream, in ms; the router gathers more into one anyway. */
const gapMs = 1_000;

/** Decides when a video stream that lost frames needs a key frame: a decoder can do nothing with what follows a gap. */
export class KeyFrameHelp {
  #isBroken = false;
  #askedMs = -Infinity;

  /** A frame did not come through. */
  lost(): void {
    this.#isBroken = true;
  }

  /** A frame came through; answers whether to ask for a key frame now. */
  came(isKeyFrame: boolean, nowMs: number): boolean {
    if (isKeyFrame) this.#isBroken = false;
    if (!this.#isBroken || nowMs - this.#askedMs < gapMs) return false;
    this.#askedMs = nowMs;
    return true;
  }
}
