import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, littleEndian, toUtf8, type Bytes } from '../../../shared/support/bytes.ts';

/** RFC 9605 section 4.5: AES_256_GCM_SHA512_128. Sizes in bytes. */
const cipherSuite = 5;
const keyLength = 32;
const nonceLength = 12;
export const tagLength = 16;

/** The key and salt of one KID and source (RFC 9605 section 4.4). WebCrypto holds the key and does not give it out again. */
export class FrameKey {
  readonly #key: CryptoKey;
  readonly #salt: Bytes;

  /** From the `baseKey` of that KID (any length; the caller overwrites it). RFC 9605 section 4.4.2. */
  static async derive(baseKey: Uint8Array, kid: bigint): Promise<FrameKey> {
    const secret = extract(sha512, baseKey);
    const suffix = concat(bigEndian(kid, 8), bigEndian(BigInt(cipherSuite), 2));
    const key = expand(sha512, secret, concat(toUtf8('SFrame 1.0 Secret key '), suffix), keyLength) as Bytes;
    const salt = expand(sha512, secret, concat(toUtf8('SFrame 1.0 Secret salt '), suffix), nonceLength) as Bytes;
    secret.fill(0);
    const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
    key.fill(0);
    return new FrameKey(imported, salt);
  }

  private constructor(key: CryptoKey, salt: Bytes) {
    this.#key = key;
    this.#salt = salt;
  }

  /** Ciphertext and tag of `plaintext` under `counter`, which never comes twice, with `aad` authenticated (RFC 9605 section 4.4.3). */
  async seal(counter: bigint, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.encrypt(this.#parameters(counter, aad), this.#key, plaintext));
  }

  /** The plaintext, or undefined when the tag does not verify (RFC 9605 section 4.4.4). */
  async open(counter: bigint, aad: Bytes, ciphertext: Bytes): Promise<Bytes | undefined> {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#parameters(counter, aad), this.#key, ciphertext));
    } catch {
      return undefined;
    }
  }

  #parameters(counter: bigint, aad: Bytes): AesGcmParams {
    const iv = this.#salt.slice();
    const view = new DataView(iv.buffer);
    view.setBigUint64(nonceLength - 8, view.getBigUint64(nonceLength - 8) ^ counter); // the other bytes of a counter are 0: it has 64 bits
    return { name: 'AES-GCM', iv, additionalData: aad, tagLength: tagLength * 8 };
  }
}

function bigEndian(value: bigint, length: number): Bytes {
  return littleEndian(value, length).reverse();
}
