import nacl from 'tweetnacl';
import { agree, keyLength, type Multiply } from '../../../shared/sealing/public-key.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';

/** One's own X25519 key pair. */
export class KeyPair {
  readonly publicKey: Bytes;
  readonly #secretKey: Secret;
  readonly #multiply: Multiply;

  /** Of these 32 random bytes, which it takes over. `multiply`: X25519, where there is a faster one than tweetnacl's. */
  constructor(secretKey: Bytes, multiply: Multiply = nacl.scalarMult) {
    this.#multiply = multiply;
    this.publicKey = new Uint8Array(nacl.box.keyPair.fromSecretKey(secretKey).publicKey);
    this.#secretKey = new Secret(secretKey);
  }

  static create(random: (length: number) => Bytes, multiply?: Multiply): KeyPair {
    return new KeyPair(random(keyLength), multiply);
  }

  /** The secret shared with a peer's public key (32 bytes). Throws CodedError `public-key-refused` (see `agree`). */
  agreeWith(peerPublicKey: Uint8Array): Bytes {
    return agree(this.#multiply, this.#secretKey.reveal(), this.publicKey, peerPublicKey);
  }

  purge(): void {
    this.#secretKey.purge();
  }
}
