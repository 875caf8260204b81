import type { Bytes } from '../../../shared/support/bytes.ts';

/**
 * Sizes that Opus packets are padded to, in bytes. The first is what constant bitrate gives (32 kbit/s, 20 ms), so that
 * a browser that keeps to it is left alone; the next is for one that does not, as Firefox 153 does not.
 */
const rungs = [80, 160, 320, 640, 1_280];

/** Most zeros that one length byte below 255 stands for, and what 255 stands for (RFC 6716 section 3.2.5). */
const zerosPerLengthByte = 254;

/**
 * Makes the packets of one source equally long, so that their sizes do not spell what is said, whatever the browser's
 * encoder does (ENCRYPTION "Frames"). A packet above the present size takes all later ones up with it, once and for good.
 */
export class OpusPadding {
  #size = 0;

  /** The packet, padded as RFC 6716 has it, so that every decoder takes it. Packets of several frames stay as they are. */
  pad(packet: Uint8Array): Uint8Array {
    const size = rungs.find((rung) => rung >= packet.length && rung >= this.#size) ?? packet.length;
    this.#size = Math.min(size, rungs.at(-1) ?? size);
    return padded(packet, size);
  }
}

/** `packet` as one of code 3 with one frame in it and zeros after it, `size` bytes in all (RFC 6716 section 3.2.5). */
function padded(packet: Uint8Array, size: number): Uint8Array {
  const [toc = 0] = packet;
  const missing = size - packet.length;
  if (packet.length === 0 || toc % 4 !== 0 || missing <= 0) return packet;
  const result: Bytes = new Uint8Array(size);
  result[0] = toc + 3;
  const frame = packet.subarray(1);
  if (missing === 1) {
    result[1] = 1; // one frame, no padding: this byte is all that was missing
    result.set(frame, 2);
    return result;
  }
  result[1] = 1 + 64; // one frame, padding
  const bytes = missing - 1; // length bytes and zeros together
  const full = Math.floor((bytes - 1) / (zerosPerLengthByte + 1));
  result.fill(255, 2, 2 + full);
  result[2 + full] = bytes - full * (zerosPerLengthByte + 1) - 1;
  result.set(frame, 3 + full);
  return result;
}
