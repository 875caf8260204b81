import { sha512 } from '@noble/hashes/sha2.js';
import { compare, concat, fromLittleEndian, littleEndian, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';
import { captureLength, decodeCapture, encodeCapture, type Capture } from './capture.ts';
import { fieldsOf } from './fields.ts';

const digestLength = 64;

/** One line of a roster: participant id (16 bytes), identity key and ephemeral key (32 each). */
export interface RosterEntry {
  readonly id: Uint8Array;
  readonly identity: Uint8Array;
  readonly ephemeral: Uint8Array;
}

/** What a roster message says. */
export interface Roster {
  readonly digest: Bytes;
  /** The sender's chain and step now. */
  readonly chain: number;
  readonly step: number;
  /** The newest chain of the receiver's that the sender holds for good; 0: none. */
  readonly held: number;
  readonly capture: Capture;
}

/** SHA-512 (64 bytes) over the call and everybody one has authenticated, oneself included, in order of id. */
export function rosterDigest(callId: Uint8Array, everybody: readonly RosterEntry[]): Bytes {
  const sorted = everybody.toSorted((a, b) => compare(a.id, b.id));
  const lines = sorted.flatMap(({ id, identity, ephemeral }) => [id, identity, ephemeral]);
  return sha512(concat(toUtf8('sotto/1 roster'), callId, ...lines));
}

/** ENCRYPTION "roster": `digest 64 | chain u32 | step u16 | held chain u32 | capture 9`. */
export function encodeRoster({ digest, chain, step, held, capture }: Roster): Bytes {
  return concat(digest, littleEndian(chain, 4), littleEndian(step, 2), littleEndian(held, 4), encodeCapture(capture));
}

/** The reverse; undefined for bytes that no roster encodes to. */
export function decodeRoster(body: Uint8Array): Roster | undefined {
  const fields = fieldsOf(body, digestLength, 4, 2, 4, captureLength);
  if (fields === undefined) return undefined;
  const [digest, chain, step, held, captureBytes] = fields;
  const capture = decodeCapture(captureBytes);
  if (capture === undefined) return undefined;
  return {
    digest: new Uint8Array(digest),
    chain: fromLittleEndian(chain),
    step: fromLittleEndian(step),
    held: fromLittleEndian(held),
    capture,
  };
}
