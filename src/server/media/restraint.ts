/** How one receiver's line fares, as of the last seconds. */
export interface Line {
  /** What it is taken to carry of video, in bits a second. */
  readonly availableBitrate: number;
  /** What was sent again, in bits a second. */
  readonly resentBitrate: number;
  /** The share of video's packets that got lost, from 0 to 1. */
  readonly loss: number;
  /** Pictures that could go out, if the line took them, and those that do. */
  readonly pictures: { readonly ready: number; readonly sent: number };
}

/** Such a loss, while so much of what the line carries is sent again, is a flood. A line that loses 10 % needs a tenth sent again. */
const [floodLoss, floodResent] = [0.14, 0.35];
/** A line that carries less is too narrow for a single picture, in bits a second: the smallest take up to 200,000. */
const narrow = 150_000;
/** How long pictures are held back, in ms: at first, and at most. Twice as long whenever the next try failed, too. */
const [firstMs, mostMs] = [4_000, 64_000];
/** A picture that lasted for longer was worth its try, in ms. Shorter has a line that can take one now and then flap. */
const worthMs = 20_000;

/**
 * Keeps pictures off a line that cannot take one beside its sound, of which the engine's estimate does not know: it would try one
 * every few seconds, and each try delays or drops sound. In the worst case the line is flooded: its queue drops packets, they are
 * asked for again before what is queued has arrived, and what is sent again keeps it full (measured: 800 kbit/s of that on a
 * line of 300). Without pictures it drains within a second. Owns no clock.
 */
export class Restraint {
  #holdMs = firstMs;
  #heldUntilMs = -Infinity;
  #sent = 0;

  /** Takes how the line fares. Answers for how long pictures are to be held back from now, in ms; 0: not, or they are already. */
  take({ availableBitrate, resentBitrate, loss, pictures }: Line, nowMs: number): number {
    if (nowMs < this.#heldUntilMs) return 0;
    const failed = this.#sent > 0 && pictures.sent === 0 && pictures.ready > 0 && availableBitrate < narrow;
    const flooded = loss > floodLoss && resentBitrate > availableBitrate * floodResent;
    this.#sent = pictures.sent;
    if (!failed && !flooded) return 0;
    this.#sent = 0;
    this.#holdMs = nowMs < this.#heldUntilMs + worthMs ? Math.min(2 * this.#holdMs, mostMs) : firstMs;
    this.#heldUntilMs = nowMs + this.#holdMs;
    return this.#holdMs;
  }
}
