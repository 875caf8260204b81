import type { Bytes } from '../../../shared/support/bytes.ts';

const fullScale = 255;

/** ENCRYPTION "speaking": `level u8`. `level`: root mean square, of full scale 1. */
export function encodeSpeaking(level: number): Bytes {
  return Uint8Array.of(Math.round(Math.min(1, Math.max(0, level)) * fullScale));
}

/** The reverse; undefined for bytes that no level encodes to. */
export function decodeSpeaking(body: Uint8Array): number | undefined {
  const [level] = body;
  return level === undefined || body.length !== 1 ? undefined : level / fullScale;
}
