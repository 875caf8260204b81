import { RtpPacket, Vp8RtpPayload } from 'werift-rtp';

/**
 * Puts the encoded frames of one RTP stream together again, as a router that wants to listen would: Opus one frame a
 * packet, VP8 by its payload descriptors (RFC 7741 section 4.2) up to the packet with the marker bit. A frame with a
 * lost packet is left out.
 */
export class FrameAssembler {
  readonly #kind: 'audio' | 'video';
  #parts: Buffer[] = [];
  #next: number | undefined;

  constructor(kind: 'audio' | 'video') {
    this.#kind = kind;
  }

  /** Takes the next packet; returns the frame that it completes. */
  take(packet: Buffer): Uint8Array | undefined {
    const { header, payload } = RtpPacket.deSerialize(packet);
    if (payload.length === 0) return undefined; // padding, which bandwidth probes are made of
    if (this.#kind === 'audio') return new Uint8Array(payload);
    const part = Vp8RtpPayload.deSerialize(payload);
    const starts = part.sBit === 1 && part.pid === 0;
    if (starts) this.#parts = [];
    else if (this.#parts.length === 0 || header.sequenceNumber !== this.#next) {
      this.#parts = [];
      return undefined;
    }
    this.#next = (header.sequenceNumber + 1) % 65_536;
    this.#parts.push(part.payload);
    if (!header.marker) return undefined;
    const frame = new Uint8Array(Buffer.concat(this.#parts));
    this.#parts = [];
    return frame;
  }
}
