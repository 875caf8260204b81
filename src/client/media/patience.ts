/** From that share of packets asked for again on, a line loses enough to wait for them. */
const lossy = 0.005;
/** For how long a line counts as one that loses after it last did, in ms. Shorter has the delay change to and fro. */
const rememberedMs = 20_000;
/** How often the share is taken, in ms: of so few packets that one lost one does not count. */
const takenEveryMs = 1_000;
/**
 * How long media waits then before it is played, in ms: for the way to the router and back two and a half times, since what is sent
 * again gets lost, too, and for the sender's way. Longer is smoother and talks at cross-purposes, hence the most.
 */
const [roundTrips, leastMs, mostMs] = [2.5, 200, 500];

/** What was received up to now, of everything. */
export interface Received {
  readonly packets: number;
  /** Requests to send a packet again. */
  readonly nacks: number;
  /** To the router and back, in ms. */
  readonly roundTripMs: number;
}

/**
 * How long to hold media back before it is played (W3C webrtc-extensions, `jitterBufferTarget`): on a line that loses packets, so
 * long that they can be sent again, which browsers do not see to by themselves; on any other, as the browser likes. Owns no clock.
 */
export class Patience {
  #taken: (Received & { readonly atMs: number }) | undefined;
  #lossyUntilMs = -Infinity;

  /** Takes what was received by now. Answers how long to wait, in ms; null: as the browser likes. */
  look(received: Received, nowMs: number): number | null {
    const before = this.#taken;
    if (before === undefined || nowMs - before.atMs >= takenEveryMs) {
      this.#taken = { ...received, atMs: nowMs };
      const [packets, nacks] = [received.packets - (before?.packets ?? 0), received.nacks - (before?.nacks ?? 0)];
      if (packets > 0 && nacks / packets > lossy) this.#lossyUntilMs = nowMs + rememberedMs;
    }
    if (nowMs >= this.#lossyUntilMs) return null;
    return Math.min(leastMs + roundTrips * received.roundTripMs, mostMs);
  }
}
