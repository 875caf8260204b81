import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { keyLength } from '../../../shared/sealing/public-key.ts';
import { concat, equal, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';
import { hkdf } from '../call-key/hkdf.ts';
import { fieldsOf } from './fields.ts';
import { decodeName, encodeName, nameLength } from './name.ts';
import type { Side } from './pair-keys.ts';

const proofLength = 32;

/** What a proof is bound to: the pair's transcript (64 bytes), the call's binding (32), and which side its sender is. */
export interface ProofContext {
  readonly transcript: Bytes;
  readonly binding: Bytes;
  readonly sender: Side;
}

/** A peer that has proved its identity: its identity public key (32 bytes) and its name. */
export interface Identified {
  readonly identity: Bytes;
  readonly name: string;
}

/**
 * ENCRYPTION "auth": `identity public key 32 | display name 64 | proof 32`. `shared`: X25519 of the sender's identity
 * and the receiver's ephemeral key, overwritten.
 */
export function authBody(shared: Bytes, context: ProofContext, { identity, name }: Identified): Bytes {
  const nameBytes = encodeName(name);
  return concat(identity, nameBytes, proofOf(shared, context, identity, nameBytes));
}

/** The identity key that an auth's body claims. */
export function claimedIdentity(body: Uint8Array): Bytes | undefined {
  const fields = fieldsOf(body, keyLength, nameLength, proofLength);
  return fields && new Uint8Array(fields[0]);
}

/**
 * Who an auth's sender is, or undefined when anything in it does not match. `agreeWith`: X25519 of one's own ephemeral
 * key and the identity key that it is given; what it throws comes out of here.
 */
export function verifyAuth(
  body: Uint8Array,
  context: ProofContext,
  agreeWith: (identity: Uint8Array) => Bytes,
): Identified | undefined {
  const fields = fieldsOf(body, keyLength, nameLength, proofLength);
  if (fields === undefined) return undefined;
  const [identity, nameBytes, proof] = fields;
  const name = decodeName(nameBytes);
  const expected = proofOf(agreeWith(identity), context, identity, nameBytes);
  if (name === undefined || !equal(proof, expected)) return undefined;
  return { identity: new Uint8Array(identity), name };
}

function proofOf(shared: Bytes, context: ProofContext, identity: Uint8Array, name: Uint8Array): Bytes {
  const key = hkdf(shared, 32, 'sotto/1 identity', context.binding, context.transcript);
  shared.fill(0);
  const proof = hmac(sha512, key, concat(toUtf8(context.sender), identity, name));
  key.fill(0);
  return proof.slice(0, proofLength);
}
