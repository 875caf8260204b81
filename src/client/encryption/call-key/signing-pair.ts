import { concat, fromBase64Url, type Bytes } from '../../../shared/support/bytes.ts';

const algorithm = { name: 'Ed25519' };

/** What stands before the 32 bytes of a seed in DER (RFC 8410 section 7). */
const prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** An Ed25519 pair (RFC 8032) of WebCrypto's (W3C Secure Curves). JavaScript takes so long for one that every join would be seen to wait. */
export class SigningPair {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  readonly #privateKey: CryptoKey;

  /** A new one, whose secret is never in this program's memory. Rejects where there is no Ed25519. */
  static async create(): Promise<SigningPair> {
    const pair = (await crypto.subtle.generateKey(algorithm, false, ['sign'])) as CryptoKeyPair;
    return new SigningPair(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), pair.privateKey);
  }

  /** The pair of a seed of 32 bytes, which is overwritten. Rejects where there is no Ed25519. */
  static async of(seed: Bytes): Promise<SigningPair> {
    const der = concat(prefix, seed);
    seed.fill(0);
    const privateKey = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
    der.fill(0);
    // The only way to the public key. It names the seed as well, as the address of the page names what that is derived from.
    const { x } = await crypto.subtle.exportKey('jwk', privateKey);
    const publicKey = fromBase64Url(x ?? '');
    if (publicKey === undefined) throw new Error('WebCrypto gave no Ed25519 key');
    return new SigningPair(publicKey, privateKey);
  }

  private constructor(publicKey: Bytes, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** 64 bytes. */
  async sign(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(algorithm, this.#privateKey, message));
  }
}
