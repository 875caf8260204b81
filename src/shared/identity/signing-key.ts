import { ed25519 } from '@noble/curves/ed25519.js';

/** Size of an Ed25519 public key, in bytes. */
export const signingKeyLength = 32;

/**
 * Whether these bytes are an Ed25519 public key that a signature can be believed of: not when they are not the canonical
 * encoding of a curve point, or of one of small order, for which anybody could sign (RFC 8032 section 5.1.3).
 */
export function isSigningKey(bytes: Uint8Array): boolean {
  if (bytes.length !== signingKeyLength) return false;
  try {
    return !ed25519.Point.fromBytes(bytes, false).isSmallOrder();
  } catch {
    return false;
  }
}
