import nacl from 'tweetnacl';
import { CodedError } from '../protocol/errors.ts';
import { protocolVersion } from '../protocol/version.ts';
import { concat, equal, type Bytes } from '../support/bytes.ts';
import { Secret } from '../support/secret.ts';
import { boxKey, cookieLength, nonce } from './box.ts';
import { SealedChannel } from './channel.ts';
import { agree, keyLength, type Multiply } from './public-key.ts';

/** What the client needs from outside: the pinned router keys, X25519, and 32 and 16 random bytes. */
export interface ClientHandshakeInput {
  readonly routerKeys: readonly Bytes[];
  readonly multiply: Multiply;
  readonly random: (length: number) => Bytes;
}

/** The client's side of the sealed channel's handshake: `hello` goes out, `open` takes the answer. Used once. */
export class ClientHandshake implements Disposable {
  /** PROTOCOL 4 step 1: `version u8 | client ephemeral public key 32 | client cookie 16`. */
  readonly hello: Bytes;
  readonly #input: ClientHandshakeInput;
  readonly #secretKey: Secret;
  readonly #publicKey: Bytes;
  readonly #cookie: Bytes;

  constructor(input: ClientHandshakeInput) {
    const secretKey = input.random(keyLength);
    this.#input = input;
    this.#publicKey = new Uint8Array(nacl.box.keyPair.fromSecretKey(secretKey).publicKey);
    this.#secretKey = new Secret(secretKey);
    this.#cookie = input.random(cookieLength);
    this.hello = concat(Uint8Array.of(protocolVersion), this.#publicKey, this.#cookie);
  }

  /**
   * Opens the router's hello (PROTOCOL 4 step 2) with whichever pinned key it was sealed by.
   * Returns the channel and that key. Throws CodedError: `malformed`, `router-not-pinned`, `version-unknown`,
   * `cookie-wrong`, `public-key-refused`. Whatever happens, this handshake is over.
   */
  open(routerHello: Uint8Array): { channel: SealedChannel; routerKey: Bytes } {
    using secretKey = this.#secretKey;
    const own = secretKey.reveal();
    if (routerHello.length !== cookieLength + nacl.box.overheadLength + 1 + keyLength + cookieLength)
      throw new CodedError('malformed');
    const routerCookie = new Uint8Array(routerHello.subarray(0, cookieLength));
    if (equal(routerCookie, this.#cookie)) throw new CodedError('cookie-wrong');
    const box = routerHello.subarray(cookieLength);
    const { opened, routerKey } = this.#openWithPin(box, nonce(routerCookie, 1), own);
    if (opened[0] !== protocolVersion) throw new CodedError('version-unknown');
    if (!equal(opened.subarray(1 + keyLength), this.#cookie)) throw new CodedError('cookie-wrong');
    const shared = agree(this.#input.multiply, own, this.#publicKey, opened.subarray(1, 1 + keyLength));
    const channel = new SealedChannel(
      boxKey(shared),
      { cookie: this.#cookie, nextCounter: 1 },
      { cookie: routerCookie, nextCounter: 2 },
    );
    shared.fill(0);
    return { channel, routerKey };
  }

  #openWithPin(box: Uint8Array, boxNonce: Bytes, own: Bytes): { opened: Uint8Array; routerKey: Bytes } {
    for (const routerKey of this.#input.routerKeys) {
      const key = boxKey(agree(this.#input.multiply, own, this.#publicKey, routerKey));
      const opened = nacl.secretbox.open(box, boxNonce, key);
      key.fill(0);
      if (opened !== null) return { opened, routerKey };
    }
    throw new CodedError('router-not-pinned');
  }

  [Symbol.dispose](): void {
    this.#secretKey.purge();
  }
}
