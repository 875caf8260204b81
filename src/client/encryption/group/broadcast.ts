import nacl from 'tweetnacl';
import { concat, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import { packContent, unpackContent, type Content, type contentKinds } from './content.ts';
import { counterOf, fieldsOf } from './fields.ts';
import { relayedTypes } from './relayed.ts';

const { nonceLength, overheadLength } = nacl.secretbox;

/** The head of a broadcast: which key it is under, its number among its sender's broadcasts, and its nonce (24 bytes). */
export interface BroadcastHead {
  readonly kid: number;
  readonly counter: number;
  readonly nonce: Bytes;
}

/**
 * ENCRYPTION "broadcast": `type 3 | KID u64 | counter u64 | nonce 24 | secretbox(key, nonce) of a content`.
 * `key`: 32 bytes, of this KID and counter; overwritten.
 */
export function sealBroadcast(
  { kid, counter, nonce }: BroadcastHead,
  key: Bytes,
  kind: keyof typeof contentKinds,
  body: Uint8Array,
): Bytes {
  const box = nacl.secretbox(packContent(kind, body), nonce, key);
  key.fill(0);
  const head = concat(littleEndian(kid, 8), littleEndian(counter, 8), nonce);
  return concat(Uint8Array.of(relayedTypes.broadcast), head, box);
}

/** The head of a broadcast (type taken off) and the box after it; undefined when it is too short or a number is too large. */
export function readBroadcast(bytes: Uint8Array): { head: BroadcastHead; box: Uint8Array } | undefined {
  const boxLength = bytes.length - 16 - nonceLength;
  if (boxLength < overheadLength) return undefined;
  const fields = fieldsOf(bytes, 8, 8, nonceLength, boxLength);
  if (fields === undefined) return undefined;
  const [kidBytes, counterBytes, nonce, box] = fields;
  const kid = counterOf(kidBytes);
  const counter = counterOf(counterBytes);
  if (kid === undefined || counter === undefined) return undefined;
  return { head: { kid, counter, nonce: new Uint8Array(nonce) }, box };
}

/** What a broadcast's box says; undefined when it does not open. `key` (32 bytes) is overwritten. */
export function openBroadcast({ nonce }: BroadcastHead, key: Bytes, box: Uint8Array): Content | undefined {
  const content = nacl.secretbox.open(box, nonce, key);
  key.fill(0);
  return content === null ? undefined : unpackContent(content);
}
