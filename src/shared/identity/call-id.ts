import { ed25519 } from '@noble/curves/ed25519.js';
import type { Bytes } from '../support/bytes.ts';
import { ShortId } from './short.ts';
import { isSigningKey, signingKeyLength } from './signing-key.ts';

/** Names one call to the router: an Ed25519 public key whose secret only those with the call key can derive. */
export class CallId extends ShortId {
  static readonly size = signingKeyLength;
  declare private readonly brand: 'CallId';

  /** From its 32 bytes (copied); undefined when no signature can be believed of them. */
  static from(bytes: Uint8Array): CallId | undefined {
    return isSigningKey(bytes) ? new CallId(new Uint8Array(bytes)) : undefined;
  }

  private constructor(bytes: Bytes) {
    super(bytes);
  }

  /** Whether `signature` (64 bytes) over `message` was made with this call's key (RFC 8032, not the lax ZIP 215 rules). */
  signed(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === 64 && ed25519.verify(signature, message, this.bytes, { zip215: false });
  }
}
