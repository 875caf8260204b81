import type { Bytes } from './bytes.ts';

/** Key bytes that cannot be printed by accident. `purge` overwrites them; after that they are gone. */
export class Secret implements Disposable {
  #bytes: Bytes | undefined;

  /** Takes the bytes over: the caller keeps no other copy. */
  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get purged(): boolean {
    return this.#bytes === undefined;
  }

  /** The bytes, for immediate use. Throws when they were purged. */
  reveal(): Bytes {
    if (this.#bytes === undefined) throw new Error('secret was purged');
    return this.#bytes;
  }

  purge(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  [Symbol.dispose](): void {
    this.purge();
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}
