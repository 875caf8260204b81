import { existsSync, readFileSync } from 'node:fs';
import type { Source } from '../../../src/shared/identity/source.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import type { FrameCodec } from '../../../src/client/encryption/messages.ts';

/** The vectors of RFC 9605 are not part of this tree; where they are missing, what the project made itself has to do. */
const published = new URL('../../../../shared/vectors/sframe.json', import.meta.url);

interface Published {
  header: { kid: number | string; ctr: number | string; encoded: string }[];
  sframe: {
    cipher_suite: number;
    kid: number;
    ctr: number;
    base_key: string;
    metadata: string;
    pt: string;
    ct: string;
  }[];
}

interface MediaKeys {
  kids: { chain: number; step: number; kid: number }[];
  steps: { mediaKey: string; next: string }[];
  frameBaseKeys: { mediaKey: string; callBinding: string; source: Source; baseKey: string }[];
  broadcastKeys: { mediaKey: string; callBinding: string; kid: number; counter: number; key: string }[];
}

interface Frames {
  frames: {
    mediaKey: string;
    callBinding: string;
    source: Source;
    codec: FrameCodec;
    chain: number;
    step: number;
    counter: number;
    frame: string;
    header: string;
    sealed: string;
    /** What comes out, if that is not `frame`. */
    opened?: string;
  }[];
}

/** Numbers past 2^53 as they stand in the file: JSON.parse alone would round them. */
function parse(text: string): unknown {
  return JSON.parse(text.replaceAll(/("(?:kid|ctr)":\s*)(\d{16,})/g, '$1"$2"'));
}

export const rfc9605 = existsSync(published) ? (parse(readFileSync(published, 'utf8')) as Published) : undefined;
export const mediaKeys = parse(own('media-keys.json')) as MediaKeys;
export const { frames } = parse(own('frames.json')) as Frames;

function own(name: string): string {
  return readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8');
}

export function hex(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
