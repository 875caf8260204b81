import {
  PacketStatus,
  RecvDelta,
  RtcpHeader,
  RtcpTransportLayerFeedback,
  RunLengthChunk,
  TransportWideCC,
} from 'werift';

/** draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.5: steps of arrival times, and of the reference time, in ms. */
const [deltaMs, referenceMs] = [0.25, 64];

/** How much of a packet's lateness is believed, as a share: the rest is this process's own. Higher tells of more queues, and of more that are none. */
const believed = 0.05;
/** After so long without a packet it begins anew, in ms. */
const pauseMs = 500;
/** How much each packet moves the mean time between two. */
const meanShare = 0.02;

/**
 * Tells a sender when which packets came, by the transport-wide sequence number that each of them has.
 * The line is loopback and has no queue; a receiver that has to wait for a processor would tell of one. So what comes late in a
 * burst is taken to have come evenly.
 */
export class TransportFeedback {
  readonly #extension: number;
  readonly #ssrc: number;
  /** By number, counted on past 16 bits: when it came, in ms. */
  readonly #arrivals = new Map<number, number>();
  #highest: number | undefined;
  #next: number | undefined;
  #answers = 0;
  #lastMs = -Infinity;
  #meanMs = 0;

  /** `extension`: the id of the number in RTP's header extension. `ssrc`: of the receiver. */
  constructor(extension: number, ssrc: number) {
    this.#extension = extension;
    this.#ssrc = ssrc;
  }

  /** Takes an RTP packet as it came. */
  take(packet: Buffer): void {
    const number = extensionOf(packet, this.#extension);
    if (number === undefined) return;
    const highest = this.#highest ?? number;
    const ahead = ((number - (highest % 65_536) + 98_304) % 65_536) - 32_768;
    this.#highest = Math.max(highest, highest + ahead);
    this.#next ??= number;
    this.#arrivals.set(highest + ahead, this.#arrival(performance.now()));
  }

  #arrival(nowMs: number): number {
    const sinceMs = nowMs - this.#lastMs;
    if (sinceMs > pauseMs) this.#lastMs = nowMs;
    else {
      const lateMs = sinceMs - this.#meanMs;
      this.#meanMs += meanShare * lateMs;
      this.#lastMs = lateMs > 0 ? nowMs - (1 - believed) * lateMs : nowMs;
    }
    return this.#lastMs;
  }

  /** All that came since the last answer, and what is missing between; undefined when nothing came. */
  answer(): RtcpTransportLayerFeedback | undefined {
    const arrived = [...this.#arrivals].toSorted(([a], [b]) => a - b);
    const [earliest, last] = [arrived[0], arrived.at(-1)?.[0]];
    if (this.#next === undefined || earliest === undefined || last === undefined) return undefined;
    const first = Math.min(this.#next, earliest[0]);
    const arrivals = new Map(arrived);
    this.#arrivals.clear();
    this.#next = last + 1;
    this.#answers += 1;
    return feedbackOn({ first, last, arrivals, ssrc: this.#ssrc, number: this.#answers });
  }
}

/**
 * The feedback on the packets from `first` to `last`, by transport-wide sequence number, counted on past 16 bits. `arrivals`:
 * when each of them came that did, in ms. `ssrc`: of the receiver. `number`: of this feedback.
 */
export function feedbackOn(seen: {
  readonly first: number;
  readonly last: number;
  readonly arrivals: ReadonlyMap<number, number>;
  readonly ssrc: number;
  readonly number: number;
}): RtcpTransportLayerFeedback {
  const { first, last, arrivals, ssrc } = seen;
  const referenceTime = Math.floor(Math.min(...arrivals.values()) / referenceMs);
  const recvDeltas: RecvDelta[] = [];
  const packetChunks: RunLengthChunk[] = [];
  const add = (packetStatus: PacketStatus): void => {
    const chunk = packetChunks.at(-1);
    if (chunk?.packetStatus === packetStatus) chunk.runLength += 1;
    else packetChunks.push(new RunLengthChunk({ packetStatus, runLength: 1 }));
  };
  let atMs = referenceTime * referenceMs;
  for (let number = first; number <= last; number += 1) {
    const time = arrivals.get(number);
    if (time === undefined) {
      add(PacketStatus.TypeTCCPacketNotReceived);
      continue;
    }
    const steps = Math.round((time - atMs) / deltaMs);
    atMs += steps * deltaMs;
    const delta = new RecvDelta({ delta: steps * deltaMs * 1_000 });
    delta.parseDelta();
    recvDeltas.push(delta);
    add(delta.type ?? PacketStatus.TypeTCCPacketReceivedSmallDelta);
  }
  const bytes = 2 * packetChunks.length + recvDeltas.reduce((sum, { type }) => sum + (type ?? 1), 0);
  const feedback = new TransportWideCC({
    header: new RtcpHeader({ type: 205, count: TransportWideCC.count, version: 2, padding: bytes % 4 !== 0 }),
    senderSsrc: ssrc,
    mediaSourceSsrc: ssrc,
    baseSequenceNumber: first % 65_536,
    packetStatusCount: last - first + 1,
    referenceTime: referenceTime % 2 ** 24,
    fbPktCount: seen.number % 256,
    packetChunks,
    recvDeltas,
  });
  return new RtcpTransportLayerFeedback({ feedback });
}

/** The two bytes of the extension of that id (RFC 8285, one-byte headers) of a packet without contributing sources. */
function extensionOf(packet: Buffer, wanted: number): number | undefined {
  if (Math.floor((packet[0] ?? 0) / 16) % 2 === 0 || packet.readUInt16BE(12) !== 0xbede) return undefined;
  const end = 16 + packet.readUInt16BE(14) * 4;
  for (let at = 16; at < end;) {
    const head = packet[at] ?? 0;
    at += 1;
    if (head === 0) continue;
    if (Math.floor(head / 16) === wanted) return packet.readUInt16BE(at);
    at += (head % 16) + 1;
  }
  return undefined;
}
