import type { Bytes } from '../../../shared/support/bytes.ts';
import { hkdf } from './hkdf.ts';

/** Size of a call key and of everything derived from it, in bytes. */
export const callKeyLength = 32;

/** What is derived from the call key, each by an info string of its own (ENCRYPTION "Keys from the call key"). */
const infos = {
  /** Seed of the Ed25519 pair whose public key is the call id. */
  callId: 'sotto/1 call-id',
  /** Secretbox around each participant's hello. */
  hello: 'sotto/1 hello',
  /** Secretbox around the call state that can be peeked at. */
  state: 'sotto/1 state',
  /** Salt of the verification code. */
  verify: 'sotto/1 verify',
  /** Mixed into every key that is not derived from the call key itself. */
  binding: 'sotto/1 binding',
} as const;

/** The 32 bytes that serve `purpose` in the call whose key (32 bytes) this is. */
export function fromCallKey(callKey: Uint8Array, purpose: keyof typeof infos): Bytes {
  return hkdf(callKey, callKeyLength, infos[purpose]);
}
