import type { Bytes } from '../../../shared/support/bytes.ts';

/**
 * Sizes that Opus packets are padded to, in bytes. The first is what constant bitrate gives (32 kbit/s, 40 ms), so that
 * a browser that keeps to it is left alone; the next is for one that does not, as Firefox 153 does not.
 */
const rungs = [160, 320, 640, 1_280, 2_560];

/** Most zeros that one length byte below 255 stands for, and what 255 stands for (RFC 6716 section 3.2.5). */
const zerosPerLengthByte = 254;

/**
 * Makes the packets of one source equally long, so that their sizes do not spell what is said, whatever the browser's
 * encoder does (ENCRYPTION "Frames"). A packet above the present size takes all later ones up with it, once and for good.
 */
export class OpusPadding {
  #size = 0;

  /** The packet, padded as RFC 6716 has it, so that every decoder takes it. One that is padded already stays as it is. */
  pad(packet: Uint8Array): Uint8Array {
    const size = rungs.find((rung) => rung >= packet.length && rung >= this.#size) ?? packet.length;
    this.#size = Math.min(size, rungs.at(-1) ?? size);
    return padded(packet, size);
  }
}

/**
 * What a packet of code 0, 1 and 2 says of its frames, as a packet of code 3 says it: one; two of one size; two, and the size
 * of the first before them (RFC 6716 sections 3.2.2 to 3.2.5).
 */
const counts = [1, 2, 2 + 128] as const;
/** Bit of a packet of code 3 that says that there is padding. */
const paddingBit = 64;

/** `packet` as one of code 3 with the same frames in it and zeros after them, `size` bytes in all (RFC 6716 section 3.2.5). */
function padded(packet: Uint8Array, size: number): Uint8Array {
  const [toc = 0, second = paddingBit] = packet; // one of code 3 without a second byte is none
  const code = toc % 4;
  const count = counts[code] ?? second;
  const frames = packet.subarray(code === 3 ? 2 : 1);
  const missing = size - 2 - frames.length;
  if (packet.length === 0 || packet.length === size || missing < 0 || count % (2 * paddingBit) >= paddingBit)
    return packet;
  const result: Bytes = new Uint8Array(size);
  result[0] = toc - code + 3;
  if (missing === 0) {
    result[1] = count;
    result.set(frames, 2);
    return result;
  }
  result[1] = count + paddingBit;
  const full = Math.floor((missing - 1) / (zerosPerLengthByte + 1)); // `missing`: length bytes and zeros together
  result.fill(255, 2, 2 + full);
  result[2 + full] = missing - full * (zerosPerLengthByte + 1) - 1;
  result.set(frames, 3 + full);
  return result;
}
