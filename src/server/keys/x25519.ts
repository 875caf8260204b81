import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { concat, fromBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import type { Multiply } from '../../shared/sealing/public-key.ts';

/** What stands before the 32 bytes in DER, RFC 8410 sections 4 and 7. */
const publicPrefix = Uint8Array.from(Buffer.from('302a300506032b656e032100', 'hex'));
const secretPrefix = Uint8Array.from(Buffer.from('302e020100300506032b656e04220420', 'hex'));

/** X25519 by node:crypto, 20 times as fast as tweetnacl's. Throws for points of low order, as `Multiply` may. */
export const multiply: Multiply = (secretKey, publicKey) => {
  const der = Buffer.from(concat(publicPrefix, publicKey));
  const peer = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return new Uint8Array(diffieHellman({ privateKey: privateKey(secretKey), publicKey: peer }));
};

/** A new pair: 32 bytes each. */
export function generatePair(): { publicKey: Bytes; secretKey: Bytes } {
  const pair = generateKeyPairSync('x25519');
  return { publicKey: field(pair.publicKey, 'x'), secretKey: field(pair.privateKey, 'd') };
}

/** The public key of a 32-byte secret key. */
export function publicKeyOf(secretKey: Uint8Array): Bytes {
  return field(createPublicKey(privateKey(secretKey)), 'x');
}

function privateKey(secretKey: Uint8Array): KeyObject {
  const der = Buffer.from(concat(secretPrefix, secretKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

function field(key: KeyObject, name: 'x' | 'd'): Bytes {
  const bytes = fromBase64Url(key.export({ format: 'jwk' })[name] ?? '');
  if (bytes === undefined) throw new Error('node:crypto gave no X25519 key');
  return bytes;
}
