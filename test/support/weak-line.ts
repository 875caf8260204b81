import type { RTCDtlsTransport, RtpPacket } from 'werift';
import { feedbackOn } from '../../src/tools/bench/peer/transport-feedback.ts';

/** How often a receiver says what has come, in ms, as browsers do. */
const feedbackMs = 50;

/** A line's last hop, in front of which packets queue. */
export class Bottleneck {
  bitsPerSecond: number;
  /** How much may queue, in ms; what comes on top is lost. */
  readonly #queueMs: number;
  #freeMs = 0;

  constructor(bitsPerSecond: number, queueMs = 300) {
    this.bitsPerSecond = bitsPerSecond;
    this.#queueMs = queueMs;
  }

  /** When a packet that comes now gets through, in ms; undefined when it is lost. */
  pass(bytes: number, nowMs: number): number | undefined {
    const doneMs = Math.max(nowMs, this.#freeMs) + (bytes * 8_000) / this.bitsPerSecond;
    if (this.bitsPerSecond <= 0 || doneMs - nowMs > this.#queueMs) return undefined;
    this.#freeMs = doneMs;
    return doneMs;
  }
}

export interface Stream {
  /** Got through. */
  bytes: number;
  packets: number;
  /** Packets that end a frame. */
  frames: number;
  lost: number;
}

/**
 * Receives as somebody at the end of a weak line would: what comes in passes a bottleneck, and the feedback tells of it
 * as it was behind that. `extension`: the id of the transport-wide sequence number.
 */
export class WeakLine implements Disposable {
  readonly bottleneck: Bottleneck;
  readonly #path: RTCDtlsTransport;
  readonly #extension: number;
  readonly #streams = new Map<number, Stream>();
  /** By transport-wide sequence number, counted on past 16 bits: when it arrived. */
  readonly #arrivals = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  #highest: number | undefined;
  #next: number | undefined;
  #feedbacks = 0;

  constructor(path: RTCDtlsTransport, extension: number, bottleneck: Bottleneck) {
    this.bottleneck = bottleneck;
    this.#path = path;
    this.#extension = extension;
    path.onRtp.subscribe((packet) => {
      this.#take(packet);
    });
    this.#timer = setInterval(() => {
      this.#answer();
    }, feedbackMs);
  }

  /** What comes of each stream within that time, by SSRC. */
  async measure(ms: number): Promise<ReadonlyMap<number, Stream>> {
    this.#streams.clear();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return new Map(this.#streams);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #take({ header, payload }: RtpPacket): void {
    const nowMs = performance.now();
    const bytes = payload.length + 12 + 28 + 16;
    const doneMs = this.bottleneck.pass(bytes, nowMs);
    const stream = this.#streams.get(header.ssrc) ?? { bytes: 0, packets: 0, frames: 0, lost: 0 };
    this.#streams.set(header.ssrc, stream);
    if (doneMs === undefined) stream.lost += 1;
    else {
      stream.bytes += bytes;
      stream.packets += 1;
      if (header.marker) stream.frames += 1;
    }
    const number = header.extensions.find(({ id }) => id === this.#extension)?.payload.readUInt16BE(0);
    if (number === undefined) return;
    const highest = this.#highest ?? number;
    const ahead = ((number - (highest % 65_536) + 98_304) % 65_536) - 32_768;
    this.#highest = Math.max(highest, highest + ahead);
    this.#next ??= number;
    if (doneMs !== undefined) this.#arrivals.set(highest + ahead, doneMs);
  }

  /** Tells of all that has arrived by now and of what was lost before it. */
  #answer(): void {
    const nowMs = performance.now();
    const arrived = [...this.#arrivals].filter(([, atMs]) => atMs <= nowMs).toSorted(([a], [b]) => a - b);
    const [last] = arrived.at(-1) ?? [];
    if (this.#next === undefined || last === undefined) return;
    const [first, times] = [Math.min(this.#next, arrived[0]?.[0] ?? last), new Map(arrived)];
    for (const [number] of arrived) this.#arrivals.delete(number);
    this.#next = last + 1;
    this.#feedbacks += 1;
    const feedback = feedbackOn({ first, last, arrivals: times, ssrc: 1, number: this.#feedbacks });
    this.#path.sendRtcp([feedback]).catch(() => undefined); // the path has closed
  }
}
