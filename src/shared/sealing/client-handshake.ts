import nacl from 'tweetnacl';
import { CodedError } from '../protocol/errors.ts';
import { protocolVersion } from '../protocol/version.ts';
import { concat, equal, type Bytes } from '../support/bytes.ts';
import { boxKey, cookieLength, nonce } from './box.ts';
import { SealedChannel } from './channel.ts';
import type { Pair } from './key-pair.ts';
import { keyLength } from './public-key.ts';

/** Cookie, and a box of version, ephemeral key and cookie (PROTOCOL 4 step 2). */
const helloLength = cookieLength + nacl.box.overheadLength + 1 + keyLength + cookieLength;

/** What the client needs from outside. */
export interface ClientHandshakeInput {
  /** The pinned ones. */
  readonly routerKeys: readonly Bytes[];
  /** Made for this handshake; it ends with it. */
  readonly pair: Pair;
  /** 16 random bytes. */
  readonly cookie: Bytes;
}

/** The client's side of the sealed channel's handshake: `hello` goes out, `open` takes the answer. Used once. */
export class ClientHandshake implements Disposable {
  /** PROTOCOL 4 step 1: `version u8 | client ephemeral public key 32 | client cookie 16`. */
  readonly hello: Bytes;
  readonly #input: ClientHandshakeInput;

  constructor(input: ClientHandshakeInput) {
    this.#input = input;
    this.hello = concat(Uint8Array.of(protocolVersion), input.pair.publicKey, input.cookie);
  }

  /** Prepares the pair for `open` with the same hello. Never rejects. */
  async prepare(routerHello: Uint8Array): Promise<void> {
    const { pair } = this.#input;
    await this.#preparePinned();
    try {
      const opened = this.#openWithPin(routerHello)?.opened;
      await Promise.all([this.#preparePinned(), opened && pair.prepare?.(ephemeralIn(opened))]);
    } catch {
      // `open` says why.
    }
  }

  /**
   * Opens the router's hello (PROTOCOL 4 step 2) with whichever pinned key it was sealed by.
   * Returns the channel and that key. Throws CodedError: `malformed`, `router-not-pinned`, `version-unknown`,
   * `cookie-wrong`, `public-key-refused`. Whatever happens, this handshake is over.
   */
  open(routerHello: Uint8Array): { channel: SealedChannel; routerKey: Bytes } {
    try {
      return this.#open(routerHello);
    } finally {
      this[Symbol.dispose]();
    }
  }

  #open(routerHello: Uint8Array): { channel: SealedChannel; routerKey: Bytes } {
    const { pair, cookie } = this.#input;
    if (routerHello.length !== helloLength) throw new CodedError('malformed');
    const routerCookie = new Uint8Array(routerHello.subarray(0, cookieLength));
    if (equal(routerCookie, cookie)) throw new CodedError('cookie-wrong');
    const found = this.#openWithPin(routerHello);
    if (found === undefined) throw new CodedError('router-not-pinned');
    const { opened, routerKey } = found;
    if (opened[0] !== protocolVersion) throw new CodedError('version-unknown');
    if (!equal(opened.subarray(1 + keyLength), cookie)) throw new CodedError('cookie-wrong');
    const shared = pair.agreeWith(ephemeralIn(opened));
    const channel = new SealedChannel(
      boxKey(shared),
      { cookie, nextCounter: 1 },
      { cookie: routerCookie, nextCounter: 2 },
    );
    shared.fill(0);
    return { channel, routerKey };
  }

  async #preparePinned(): Promise<void> {
    const { pair, routerKeys } = this.#input;
    for (const key of routerKeys) await pair.prepare?.(key);
  }

  /** What is in the box of a router's hello, and by which key it was sealed. */
  #openWithPin(routerHello: Uint8Array): { opened: Uint8Array; routerKey: Bytes } | undefined {
    const boxNonce = nonce(new Uint8Array(routerHello.subarray(0, cookieLength)), 1);
    for (const routerKey of this.#input.routerKeys) {
      const shared = this.#input.pair.agreeWith(routerKey);
      const key = boxKey(shared);
      shared.fill(0);
      const opened = nacl.secretbox.open(routerHello.subarray(cookieLength), boxNonce, key);
      key.fill(0);
      if (opened !== null) return { opened, routerKey };
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#input.pair.purge();
  }
}

/** The router's ephemeral public key in its opened hello. */
function ephemeralIn(opened: Uint8Array): Uint8Array {
  return opened.subarray(1, 1 + keyLength);
}
