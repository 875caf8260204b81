import { sources, type Source } from '../../../shared/identity/source.ts';
import { concat, fromLittleEndian, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import { videoCodecs, type VideoCodec } from '../messages.ts';
import { fieldsOf } from './fields.ts';

/** Size of a capture, in bytes. */
export const captureLength = 4 + sources.length + 1;

/** Which sources of a participant are on, and which videos it can show. */
export interface Capture {
  /** Counts the changes, so that an old state cannot pass for a newer one. */
  readonly change: number;
  readonly on: readonly Source[];
  readonly decodes: readonly VideoCodec[];
}

/** ENCRYPTION "capture": `change u32 | one u8, 0 or 1, for each of microphone, camera, screen, screen-audio | video u8`. */
export function encodeCapture({ change, on, decodes }: Capture): Bytes {
  return concat(
    littleEndian(change, 4),
    Uint8Array.from(sources, (source) => (on.includes(source) ? 1 : 0)),
    Uint8Array.of(videoCodecs.reduce((bits, codec, index) => bits + (decodes.includes(codec) ? 2 ** index : 0), 0)),
  );
}

/** The reverse; undefined for bytes that no capture encodes to. */
export function decodeCapture(bytes: Uint8Array): Capture | undefined {
  const fields = fieldsOf(bytes, 4, sources.length, 1);
  if (fields === undefined) return undefined;
  const [change, states, [bits = 0]] = fields;
  const decodes = videoCodecs.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1);
  if (states.some((state) => state > 1) || !decodes.includes('vp8')) return undefined;
  return { change: fromLittleEndian(change), on: sources.filter((_, index) => states[index] === 1), decodes };
}
