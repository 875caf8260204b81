import nacl from 'tweetnacl';
import type { Bytes } from '../support/bytes.ts';
import { Secret } from '../support/secret.ts';
import { agree, keyLength, type Multiply } from './public-key.ts';

/** One's own X25519 key pair, whatever multiplies. */
export interface Pair {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  /**
   * Works out what `agreeWith` is to give with this public key, where that takes its time elsewhere: then it must be asked
   * for, and awaited, before. Never rejects.
   */
  prepare?(peerPublicKey: Uint8Array): Promise<void>;
  /** The secret shared with a peer's public key (32 bytes). Throws CodedError `public-key-refused` (see `agree`). */
  agreeWith(peerPublicKey: Uint8Array): Bytes;
  purge(): void;
}

/** RFC 7748 section 4.1: u = 9. */
const basePoint = new Uint8Array(keyLength);
basePoint[0] = 9;

/** A pair of bytes that this program holds. */
export class KeyPair implements Pair {
  readonly publicKey: Bytes;
  readonly #secretKey: Secret;
  readonly #multiply: Multiply;

  /** Of these 32 random bytes, which it takes over. `multiply`: X25519, where there is a faster one than tweetnacl's. */
  constructor(secretKey: Bytes, multiply: Multiply = nacl.scalarMult) {
    this.publicKey = new Uint8Array(multiply(secretKey, basePoint));
    this.#secretKey = new Secret(secretKey);
    this.#multiply = multiply;
  }

  agreeWith(peerPublicKey: Uint8Array): Bytes {
    return agree(this.#multiply, this.#secretKey.reveal(), this.publicKey, peerPublicKey);
  }

  purge(): void {
    this.#secretKey.purge();
  }
}
