import nacl from 'tweetnacl';
import { agree, keyLength } from '../../../shared/sealing/public-key.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';

/** One's own X25519 key pair. */
export class KeyPair {
  readonly publicKey: Bytes;
  readonly #secretKey: Secret;

  /** Of these 32 random bytes, which it takes over. */
  constructor(secretKey: Bytes) {
    this.publicKey = new Uint8Array(nacl.box.keyPair.fromSecretKey(secretKey).publicKey);
    this.#secretKey = new Secret(secretKey);
  }

  static create(random: (length: number) => Bytes): KeyPair {
    return new KeyPair(random(keyLength));
  }

  /** The secret shared with a peer's public key (32 bytes). Throws CodedError `public-key-refused` (see `agree`). */
  agreeWith(peerPublicKey: Uint8Array): Bytes {
    return agree(nacl.scalarMult, this.#secretKey.reveal(), this.publicKey, peerPublicKey);
  }

  purge(): void {
    this.#secretKey.purge();
  }
}
