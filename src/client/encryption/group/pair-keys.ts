import { sha512 } from '@noble/hashes/sha2.js';
import type { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { protocolVersion } from '../../../shared/protocol/version.ts';
import { compare, concat, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';
import { hkdf } from '../call-key/hkdf.ts';
import type { Hello } from './hello.ts';

/** Which of the two has the smaller participant id. */
export type Side = 'low' | 'high';

/** One's own side of a pair: low when one's id is the smaller. */
export function sideOf(own: ParticipantId, peer: ParticipantId): Side {
  return compare(own.bytes, peer.bytes) < 0 ? 'low' : 'high';
}

/** The hash (64 bytes) that ties the keys of a pair to call, ids and ephemeral keys of both (ENCRYPTION "Pair keys"). */
export function transcriptOf(callId: Uint8Array, own: Hello, peer: Hello): Bytes {
  const [low, high] = sideOf(own.id, peer.id) === 'low' ? [own, peer] : [peer, own];
  const parts = [low.id.bytes, low.ephemeral, high.id.bytes, high.ephemeral];
  return sha512(concat(toUtf8('sotto/1 pair'), Uint8Array.of(protocolVersion), callId, ...parts));
}

/**
 * The two keys of a pair, 32 bytes each: `low` seals what the low side sends, `high` what the high side sends.
 * `shared`: X25519 of the ephemeral keys; `binding`: from the call key.
 */
export function pairKeys(shared: Uint8Array, binding: Uint8Array, transcript: Uint8Array): Record<Side, Bytes> {
  const both = hkdf(shared, 64, 'sotto/1 pair', binding, transcript);
  const keys = { low: both.slice(0, 32), high: both.slice(32) };
  both.fill(0);
  return keys;
}
