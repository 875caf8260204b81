import nacl from 'tweetnacl';
import { CodedError } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { Bytes } from '../support/bytes.ts';
import { Secret } from '../support/secret.ts';
import { nonce } from './box.ts';
import { pad, unpad } from './padding.ts';

/** One side's sending state: its cookie and the number of its next message. */
export interface Half {
  readonly cookie: Bytes;
  readonly nextCounter: number;
}

/** The open sealed channel, the same on both sides (PROTOCOL section 4 steps 3 and 4). Ends with `purge`. */
export class SealedChannel implements Disposable {
  readonly #key: Secret;
  readonly #own: Half;
  readonly #peer: Half;
  #sent = 0;
  #received = 0;

  /** `key` is taken over; `own` and `peer` say with which cookie and counter each side goes on. */
  constructor(key: Bytes, own: Half, peer: Half) {
    this.#key = new Secret(key);
    this.#own = own;
    this.#peer = peer;
  }

  /** A copy of both cookies, the client's and the router's as given: what a join signature is bound to. */
  get cookies(): { own: Bytes; peer: Bytes } {
    return { own: this.#own.cookie.slice(), peer: this.#peer.cookie.slice() };
  }

  /** The next message, padded and boxed. Throws CodedError `message-too-large` above 64 KiB. */
  seal(message: Uint8Array): Bytes {
    const padded = pad(message, limits.smallestMessageBytes);
    if (padded.length > limits.messageBytes) throw new CodedError('message-too-large');
    const counter = this.#own.nextCounter + this.#sent;
    this.#sent += 1;
    return nacl.secretbox(padded, nonce(this.#own.cookie, counter), this.#key.reveal()) as Bytes;
  }

  /** The peer's next message. Throws CodedError `not-opened` when it is not that: the channel must then end. */
  open(box: Uint8Array): Uint8Array {
    const counter = this.#peer.nextCounter + this.#received;
    const padded = nacl.secretbox.open(box, nonce(this.#peer.cookie, counter), this.#key.reveal());
    const message = padded === null ? undefined : unpad(padded);
    if (message === undefined) throw new CodedError('not-opened');
    this.#received += 1;
    return message;
  }

  [Symbol.dispose](): void {
    this.#key.purge();
  }
}
