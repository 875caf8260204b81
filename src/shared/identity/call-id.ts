import { ed25519 } from '@noble/curves/ed25519.js';
import type { Bytes } from '../support/bytes.ts';
import { ShortId } from './short.ts';

/** Names one call to the router: an Ed25519 public key whose secret only those with the call key can derive. */
export class CallId extends ShortId {
  static readonly size = 32;
  declare private readonly brand: 'CallId';

  /**
   * From its 32 bytes (copied). Undefined when they are not the canonical encoding of a curve point, or of one of
   * small order, for which anybody could sign (RFC 8032 section 5.1.3).
   */
  static from(bytes: Uint8Array): CallId | undefined {
    if (bytes.length !== CallId.size) return undefined;
    try {
      if (ed25519.Point.fromBytes(bytes, false).isSmallOrder()) return undefined;
    } catch {
      return undefined;
    }
    return new CallId(new Uint8Array(bytes));
  }

  private constructor(bytes: Bytes) {
    super(bytes);
  }

  /** Whether `signature` (64 bytes) over `message` was made with this call's key (RFC 8032, not the lax ZIP 215 rules). */
  signed(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === 64 && ed25519.verify(signature, message, this.bytes, { zip215: false });
  }
}
