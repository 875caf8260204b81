import { readFileSync } from 'node:fs';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import type { callKeyVectors, groupVectors } from '../../vectors/make-group.ts';

/** The call's keys and the invite, checked in. */
export const callKey = read('call-key.json') as typeof callKeyVectors;
/** The messages between participants, checked in. */
export const group = read('group.json') as typeof groupVectors;

export function hex(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));
}
