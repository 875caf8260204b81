import { AV1RtpPayload, RtpPacket, Vp8RtpPayload, Vp9RtpPayload } from 'werift-rtp';
import { encodeObus, parseObus } from '../../src/client/encryption/frames/obu.ts';
import type { FrameCodec } from '../../src/client/encryption/messages.ts';

/** What one packet holds of a frame, and whether it is the first and the last of it; of a first one, whether a decoder can begin there. */
interface Part {
  readonly payload: Buffer;
  readonly starts: boolean;
  readonly ends: boolean;
  readonly key: boolean;
}

/**
 * Puts the encoded frames of one RTP stream together again, as a router that wants to listen would: Opus one frame a
 * packet, VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2) by their payload descriptors, AV1 by its aggregation
 * headers. A frame with a lost packet is left out. Of AV1, several layers of one picture are one frame.
 */
export class FrameAssembler {
  readonly #codec: FrameCodec;
  #parts: Buffer[] = [];
  #key = false;
  #next: number | undefined;

  constructor(codec: FrameCodec) {
    this.#codec = codec;
  }

  /** Takes the next packet; returns the frame that it completes. */
  take(packet: Buffer): { readonly frame: Uint8Array; readonly key: boolean } | undefined {
    const { header, payload } = RtpPacket.deSerialize(packet);
    if (payload.length === 0) return undefined; // padding, which bandwidth probes are made of
    const part = partOf(this.#codec, payload, header.marker);
    if (part.starts) {
      this.#parts = [];
      this.#key = part.key;
    } else if (this.#parts.length === 0 || header.sequenceNumber !== this.#next) {
      this.#parts = [];
      return undefined;
    }
    this.#next = (header.sequenceNumber + 1) % 65_536;
    this.#parts.push(part.payload);
    if (!part.ends) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    return { frame: new Uint8Array(this.#codec === 'av1' ? av1Frame(parts) : Buffer.concat(parts)), key: this.#key };
  }
}

function partOf(codec: FrameCodec, packet: Buffer, marker: boolean): Part {
  switch (codec) {
    case 'opus':
      return { payload: packet, starts: true, ends: true, key: true };
    case 'vp8': {
      const { payload, sBit, pid } = Vp8RtpPayload.deSerialize(packet);
      return { payload, starts: sBit === 1 && pid === 0, ends: marker, key: (payload[0] ?? 1) % 2 === 0 };
    }
    case 'vp9': {
      const { payload, bBit, eBit, isKeyframe } = Vp9RtpPayload.deSerialize(packet);
      return { payload, starts: bBit === 1, ends: eBit === 1, key: isKeyframe };
    }
    case 'av1': {
      const { zBit_RtpStartsWithFragment, isKeyframe } = AV1RtpPayload.deSerialize(packet);
      return { payload: packet, starts: zBit_RtpStartsWithFragment === 0, ends: marker, key: isKeyframe };
    }
  }
}

/** The OBUs of some packets, each with its length, as receivers put them together. */
function av1Frame(packets: readonly Buffer[]): Uint8Array {
  const obus: Buffer[] = [];
  for (const packet of packets) {
    const { zBit_RtpStartsWithFragment: continues, obu_or_fragment: elements } = AV1RtpPayload.deSerialize(packet);
    for (const [index, { data }] of elements.entries()) {
      const begun = index === 0 && continues === 1 ? obus.pop() : undefined;
      obus.push(Buffer.concat([...(begun === undefined ? [] : [begun]), data]));
    }
  }
  return encodeObus(obus.flatMap((obu) => parseObus(obu) ?? []));
}
