import { toBase64Url, toHex, type Bytes } from '../support/bytes.ts';

/**
 * An id made of bytes. In text (template, JSON, log) it is its first three bytes in hex and no more;
 * whoever needs the whole asks for `bytes` or `key`.
 */
export abstract class ShortId {
  readonly #bytes: Bytes;
  #key: string | undefined;

  protected constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** A copy, so that nobody can change the id. */
  get bytes(): Bytes {
    return this.#bytes.slice();
  }

  /** The whole id as base64url: what a Map is keyed by and what goes over the sealed wire. */
  get key(): string {
    return (this.#key ??= toBase64Url(this.#bytes));
  }

  toString(): string {
    return toHex(this.#bytes.subarray(0, 3));
  }

  toJSON(): string {
    return this.toString();
  }
}
