import nacl from 'tweetnacl';
import { protocolVersion } from '../../../shared/protocol/version.ts';
import { concat, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import { counterOf, fieldsOf } from './fields.ts';

const { nonceLength } = nacl.secretbox;

/** What whoever holds the call key may see of a call before joining it. */
export interface CallState {
  /** How many have authenticated each other. */
  readonly count: number;
  /** When that was, in whole seconds since 1970 (UTC), by the clock of whoever says it. */
  readonly at: number;
}

/**
 * ENCRYPTION "Call state": `nonce 24 | secretbox(state key, nonce) of { version u8 | count u16 | at u64 }`, 51 bytes.
 * `nonce` is random.
 */
export function sealCallState(stateKey: Bytes, nonce: Bytes, { count, at }: CallState): Bytes {
  const plain = concat(Uint8Array.of(protocolVersion), littleEndian(count, 2), littleEndian(at, 8));
  return concat(nonce, nacl.secretbox(plain, nonce, stateKey));
}

/** The state in bytes that a router gave; undefined when it does not open or is of another version. */
export function openCallState(stateKey: Bytes, bytes: Uint8Array): CallState | undefined {
  if (bytes.length < nonceLength) return undefined;
  const plain = nacl.secretbox.open(bytes.subarray(nonceLength), bytes.subarray(0, nonceLength), stateKey);
  const fields = plain === null ? undefined : fieldsOf(plain, 1, 2, 8);
  if (fields === undefined) return undefined;
  const [version, countBytes, atBytes] = fields;
  const count = counterOf(countBytes);
  const at = counterOf(atBytes);
  if (version[0] !== protocolVersion || count === undefined || at === undefined) return undefined;
  return { count, at };
}
