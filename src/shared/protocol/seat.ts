import { sha512 } from '@noble/hashes/sha2.js';
import type { CallId } from '../identity/call-id.ts';
import { ParticipantId } from '../identity/participant-id.ts';
import { concat, toUtf8, type Bytes } from '../support/bytes.ts';

const idLabel = toUtf8('sotto/1 participant');
const signatureLabel = toUtf8('sotto/1 seat');

/**
 * The participant id that belongs to a seat key (Ed25519 public key, 32 bytes) in a call, whichever router that call is on
 * (PROTOCOL section 1): the first 16 bytes of `SHA-512("sotto/1 participant" 19 | call id 32 | seat key 32)`.
 */
export function participantIdOf(callId: CallId, seatKey: Uint8Array): ParticipantId {
  const id = ParticipantId.from(sha512(concat(idLabel, callId.bytes, seatKey)).subarray(0, ParticipantId.size));
  if (id === undefined) throw new Error('SHA-512 gave fewer bytes');
  return id;
}

/** What a sealed channel is told apart by: the router's key (32 bytes) and both cookies (16 bytes each). */
export interface ChannelNames {
  readonly routerKey: Uint8Array;
  readonly clientCookie: Uint8Array;
  readonly routerCookie: Uint8Array;
}

/**
 * What a client signs with its seat key to take the seat of that key (PROTOCOL section 7, `call.join`):
 * `"sotto/1 seat" 12 | router key 32 | client cookie 16 | router cookie 16 | call id 32`, 108 bytes.
 */
export function seatMessage({ routerKey, clientCookie, routerCookie }: ChannelNames, callId: CallId): Bytes {
  return concat(signatureLabel, routerKey, clientCookie, routerCookie, callId.bytes);
}
