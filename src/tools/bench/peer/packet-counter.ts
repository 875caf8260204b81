import { RtcpReceiverInfo, RtcpRrPacket } from 'werift';
import type { SealedPath } from './sealed-path.ts';
import { TransportFeedback } from './transport-feedback.ts';

/** How often a receiver says what has come, in ms, as browsers do. */
const feedbackMs = 50;
/** How often it reports (RFC 3550 section 6.4.2), in ms. */
const reportMs = 1_000;
/** The SSRC that a receiver's own RTCP is of. */
const ownSsrc = 1;

/** What comes to one receiver. */
export class PacketCounter implements Disposable {
  /** Packets of the streams that were asked for, so far. */
  received = 0;
  /** Others: probes for bandwidth, and what was repeated. */
  others = 0;
  /** Called with each packet of those streams as it came. */
  onPacket: (packet: Buffer) => void = () => undefined;
  readonly #streams: ReadonlySet<number>;
  readonly #highest = new Map<number, number>();
  readonly #timers: NodeJS.Timeout[] = [];

  /** `ssrcs`: of the streams asked for. `transportWide`: id of the transport-wide sequence number, if it was negotiated. */
  constructor(path: SealedPath, ssrcs: readonly number[], transportWide: number | undefined) {
    this.#streams = new Set(ssrcs);
    const feedback = transportWide === undefined ? undefined : new TransportFeedback(transportWide, ownSsrc);
    path.onRtp = (packet) => {
      feedback?.take(packet);
      const ssrc = packet.readUInt32BE(8);
      if (!this.#streams.has(ssrc)) {
        this.others += 1;
        return;
      }
      this.received += 1;
      this.#highest.set(ssrc, packet.readUInt16BE(2));
      this.onPacket(packet);
    };
    if (feedback !== undefined)
      this.#timers.push(
        setInterval(() => {
          const answer = feedback.answer();
          if (answer !== undefined) path.sendRtcp(answer);
        }, feedbackMs),
      );
    this.#timers.push(
      setInterval(() => {
        const reports = [...this.#highest].map(
          ([ssrc, highestSequence]) => new RtcpReceiverInfo({ ssrc, highestSequence }),
        );
        if (reports.length > 0) path.sendRtcp(new RtcpRrPacket({ ssrc: ownSsrc, reports: reports.slice(0, 31) }));
      }, reportMs),
    );
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
