import type { SeededRandom } from './random.ts';
import type { Line, Timetable } from './profile.ts';

/** How long one amount of jitter lasts, in ms: about a turn of a radio that many share. */
const jitterHoldsMs = 20;
/** Most jitter at a time, as a multiple of its mean: the exponential distribution has no end by itself. */
const mostJitter = 6;
/** How late a packet is that others overtake, in ms, in the mean. */
const overtakenMs = 10;
/** How long a TCP sender waits at least before it repeats what was lost, in ms; twice as long each time (RFC 6298 section 5; Linux's least). */
const repeatMs = 200;

/** What became of the packets of one direction. */
interface Counts {
  packets: number;
  lost: number;
  /** Dropped because the queue was full. */
  overflowed: number;
  /** Sent while the line was cut. */
  cut: number;
  duplicated: number;
}

/** One direction of somebody's line: decides for each packet when it arrives. Does no I/O and owns no clock. */
export class Carrier {
  readonly counts: Counts = { packets: 0, lost: 0, overflowed: 0, cut: 0, duplicated: 0 };
  readonly #random: SeededRandom;
  #timetable: Timetable;
  #bad = false;
  /** When the bottleneck has sent all that waits before it. */
  #freeAtMs = -Infinity;
  #jitter = { ms: 0, untilMs: -Infinity };
  #lastArrivalMs = -Infinity;

  constructor(timetable: Timetable, random: SeededRandom) {
    this.#timetable = timetable;
    this.#random = random;
  }

  /** Another line from now on. What is on its way stays so. */
  change(timetable: Timetable): void {
    this.#timetable = timetable;
  }

  /** When a packet of so many bytes that is sent now arrives, in ms of the clock: never, once, or twice. */
  carry(bytes: number, nowMs: number): readonly number[] {
    const line = this.#timetable.at(nowMs);
    this.counts.packets += 1;
    if (line.cut) {
      this.counts.cut += 1;
      return [];
    }
    if (isFull(line, this.#freeAtMs - nowMs)) {
      this.counts.overflowed += 1;
      return [];
    }
    const sentMs = this.#squeeze(line, bytes, nowMs);
    if (this.#isLost(line)) {
      this.counts.lost += 1;
      return [];
    }
    const arrivalMs = this.#arrivalMs(line, sentMs, nowMs);
    if (!this.#random.happens(line.duplication)) return [arrivalMs];
    this.counts.duplicated += 1;
    return [arrivalMs, arrivalMs];
  }

  /** The same for a piece of a TCP stream, which arrives once, late rather than never; after `previousMs`. */
  carryStream(bytes: number, nowMs: number, previousMs: number): number {
    const fromMs = this.#timetable.passesFromMs(nowMs);
    const line = this.#timetable.at(fromMs);
    let sentMs = this.#squeeze(line, bytes, fromMs);
    for (let wait = repeatMs; this.#isLost(line); wait *= 2) sentMs += wait + 2 * line.delayMs;
    return Math.max(previousMs, sentMs + line.delayMs + this.#jitterMs(line, nowMs));
  }

  /** What TCP's handshake takes of this direction before anything else can be sent, in ms. */
  firstDelayMs(nowMs: number): number {
    return this.#timetable.at(nowMs).delayMs;
  }

  /** When the packet has passed the bottleneck. */
  #squeeze({ bottleneck }: Line, bytes: number, nowMs: number): number {
    if (bottleneck === undefined) return nowMs;
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (bytes * 8_000) / bottleneck.bitsPerSecond;
    return this.#freeAtMs;
  }

  #isLost({ loss, bursts }: Line): boolean {
    if (bursts !== undefined) {
      if (this.#random.happens(this.#bad ? bursts.toGood : bursts.toBad)) this.#bad = !this.#bad;
      if (this.#bad && this.#random.happens(bursts.loss)) return true;
    }
    return this.#random.happens(loss);
  }

  #arrivalMs(line: Line, sentMs: number, nowMs: number): number {
    const arrivalMs = Math.max(this.#lastArrivalMs, sentMs + line.delayMs + this.#jitterMs(line, nowMs));
    if (this.#random.happens(line.reordering)) return arrivalMs + this.#random.exponential(overtakenMs);
    this.#lastArrivalMs = arrivalMs;
    return arrivalMs;
  }

  #jitterMs({ jitterMs }: Line, nowMs: number): number {
    if (jitterMs === 0) return 0;
    if (nowMs >= this.#jitter.untilMs) {
      const ms = Math.min(this.#random.exponential(jitterMs), mostJitter * jitterMs);
      this.#jitter = { ms, untilMs: nowMs + jitterHoldsMs };
    }
    return this.#jitter.ms;
  }
}

/** `waitingMs`: what the bottleneck still has to send. */
function isFull({ bottleneck }: Line, waitingMs: number): boolean {
  if (bottleneck === undefined) return false;
  const { bitsPerSecond, queueMs, queueBytes } = bottleneck;
  return waitingMs > queueMs || (waitingMs * bitsPerSecond) / 8_000 > queueBytes;
}
