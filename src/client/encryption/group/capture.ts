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
  /** The microphone is on and silent, because its user wants it so. */
  readonly muted: boolean;
  readonly decodes: readonly VideoCodec[];
}

/** A microphone that is on and muted, where other sources are 1 or 0. */
const mutedState = 2;

/** ENCRYPTION "capture": `change u32 | one u8 for each of microphone, camera, screen, screen-audio: 0 off, 1 on, 2 muted | video u8`. */
export function encodeCapture({ change, on, muted, decodes }: Capture): Bytes {
  const states = sources.map((source) =>
    !on.includes(source) ? 0 : source === 'microphone' && muted ? mutedState : 1,
  );
  const video = videoCodecs.reduce((bits, codec, index) => bits + (decodes.includes(codec) ? 2 ** index : 0), 0);
  return concat(littleEndian(change, 4), Uint8Array.from(states), Uint8Array.of(video));
}

/** The reverse; undefined for bytes that no capture encodes to. */
export function decodeCapture(bytes: Uint8Array): Capture | undefined {
  const fields = fieldsOf(bytes, 4, sources.length, 1);
  if (fields === undefined) return undefined;
  const [change, states, [bits = 0]] = fields;
  const decodes = videoCodecs.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1);
  if (!decodes.includes('vp8')) return undefined;
  if (states.some((state, index) => state > (sources[index] === 'microphone' ? mutedState : 1))) return undefined;
  return {
    change: fromLittleEndian(change),
    on: sources.filter((_, index) => states[index] !== 0),
    muted: states[sources.indexOf('microphone')] === mutedState,
    decodes,
  };
}
