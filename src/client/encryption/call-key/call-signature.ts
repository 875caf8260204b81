import nacl from 'tweetnacl';
import { CallId } from '../../../shared/identity/call-id.ts';
import { joinMessage } from '../../../shared/protocol/join-message.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { fromCallKey } from './derivations.ts';

/** The id of the call whose key (32 bytes) this is: the public key of its Ed25519 pair. */
export function callIdOf(callKey: Uint8Array): CallId {
  const { publicKey, secretKey } = pairOf(callKey);
  secretKey.fill(0);
  return named(publicKey);
}

/**
 * What `call.join` takes: the call's id, and its signature (64 bytes) over `joinMessage`, which is good for the one
 * sealed channel with these cookies (16 bytes each) to the router with this key (32 bytes).
 */
export function signJoin(
  callKey: Uint8Array,
  routerKey: Uint8Array,
  clientCookie: Uint8Array,
  routerCookie: Uint8Array,
): { callId: CallId; signature: Bytes } {
  const { publicKey, secretKey } = pairOf(callKey);
  const message = joinMessage(routerKey, clientCookie, routerCookie);
  const signature = new Uint8Array(nacl.sign.detached(message, secretKey));
  secretKey.fill(0);
  return { callId: named(publicKey), signature };
}

function pairOf(callKey: Uint8Array): nacl.SignKeyPair {
  const seed = fromCallKey(callKey, 'callId');
  const pair = nacl.sign.keyPair.fromSeed(seed);
  seed.fill(0);
  return pair;
}

function named(publicKey: Uint8Array): CallId {
  const callId = CallId.from(publicKey);
  if (callId === undefined) throw new Error('tweetnacl made a key that is no curve point');
  return callId;
}
