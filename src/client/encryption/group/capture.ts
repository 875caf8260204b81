import { sources, type Source } from '../../../shared/identity/source.ts';
import { concat, fromLittleEndian, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import { fieldsOf } from './fields.ts';

/** Size of a capture, in bytes. */
export const captureLength = 4 + sources.length;

/** Which sources of a participant are on. */
export interface Capture {
  /** Counts the changes, so that an old state cannot pass for a newer one. */
  readonly change: number;
  readonly on: readonly Source[];
}

/** ENCRYPTION "capture": `change u32 | one u8, 0 or 1, for each of microphone, camera, screen, screen-audio`. */
export function encodeCapture({ change, on }: Capture): Bytes {
  return concat(
    littleEndian(change, 4),
    Uint8Array.from(sources, (source) => (on.includes(source) ? 1 : 0)),
  );
}

/** The reverse; undefined for bytes that no capture encodes to. */
export function decodeCapture(bytes: Uint8Array): Capture | undefined {
  const fields = fieldsOf(bytes, 4, sources.length);
  if (fields === undefined) return undefined;
  const [change, states] = fields;
  if (states.some((state) => state > 1)) return undefined;
  return { change: fromLittleEndian(change), on: sources.filter((_, index) => states[index] === 1) };
}
