import { toHex, type Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';
import type { Pair } from '../../../shared/sealing/key-pair.ts';
import { agree, isCanonicalKey, keyLength } from '../../../shared/sealing/public-key.ts';

const algorithm = { name: 'X25519' };

/**
 * A pair of WebCrypto's (W3C Secure Curves): ten times as fast as JavaScript, and its secret key is never in this program's
 * memory. It answers later, so everything must be prepared: `agreeWith` a key that was not is refused.
 */
export class NativeKeyPair implements Pair {
  readonly publicKey: Bytes;
  #privateKey: CryptoKey | undefined;
  readonly #prepared = new Map<string, Secret>();

  /** A new one. Rejects where there is no X25519. */
  static async create(): Promise<NativeKeyPair> {
    const pair = (await crypto.subtle.generateKey(algorithm, false, ['deriveBits'])) as CryptoKeyPair;
    return new NativeKeyPair(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), pair.privateKey);
  }

  private constructor(publicKey: Bytes, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  async prepare(peerPublicKey: Uint8Array): Promise<void> {
    const privateKey = this.#privateKey;
    const peer = new Uint8Array(peerPublicKey);
    const name = toHex(peer);
    if (privateKey === undefined || !isCanonicalKey(peer) || this.#prepared.has(name)) return;
    try {
      const publicKey = await crypto.subtle.importKey('raw', peer, algorithm, false, []);
      const bits = await crypto.subtle.deriveBits({ ...algorithm, public: publicKey }, privateKey, keyLength * 8);
      const secret = new Secret(new Uint8Array(bits));
      if (this.#privateKey === undefined) secret.purge();
      else this.#prepared.set(name, secret);
    } catch {
      // A point of low order, or purged meanwhile: refused when it is asked for.
    }
  }

  /** Once for each time that it was prepared. */
  agreeWith(peerPublicKey: Uint8Array): Bytes {
    const name = toHex(peerPublicKey);
    const prepared = this.#prepared.get(name);
    this.#prepared.delete(name);
    using secret = prepared ?? new Secret(new Uint8Array(keyLength)); // all zeros: refused
    return agree(() => secret.reveal(), new Uint8Array(), this.publicKey, peerPublicKey);
  }

  purge(): void {
    this.#privateKey = undefined;
    for (const secret of this.#prepared.values()) secret.purge();
    this.#prepared.clear();
  }
}
