import { equal, type Bytes } from '../../../shared/support/bytes.ts';

/** How long a peer's digest that was never ours may stay before people are told, in ms: an auth may be on its way to one and have reached the other. */
const graceMs = 5_000;

/** One's own roster digest now, and those of the last while. */
export class OwnDigests {
  #current: Bytes;
  #past: { readonly digest: Bytes; readonly untilMs: number }[] = [];

  constructor(first: Bytes) {
    this.#current = first;
  }

  get current(): Bytes {
    return this.#current;
  }

  /** The roster has changed; the digest until now stays good for `keepMs`. */
  change(digest: Bytes, nowMs: number, keepMs: number): void {
    this.#past = this.#past.filter(({ untilMs }) => untilMs > nowMs);
    this.#past.push({ digest: this.#current, untilMs: nowMs + keepMs });
    this.#current = digest;
  }

  isRecent(digest: Bytes, nowMs: number): boolean {
    return this.#past.some((past) => past.untilMs > nowMs && equal(past.digest, digest));
  }
}

/** How a peer's last digest compares with ours. */
export type Comparison = 'equal' | 'on-its-way' | 'different';

/** The last digest that one peer told. */
export class DigestWatch {
  #last: Bytes | undefined;
  #strangeSinceMs: number | undefined;

  told(digest: Bytes): void {
    if (this.#last === undefined || !equal(this.#last, digest)) this.#strangeSinceMs = undefined;
    this.#last = digest;
  }

  /** `different` once it has been none of ours for the grace; asked at every beat. */
  compare(own: OwnDigests, nowMs: number): Comparison {
    if (this.#last === undefined) return 'on-its-way';
    const isEqual = equal(this.#last, own.current);
    if (isEqual || own.isRecent(this.#last, nowMs)) {
      this.#strangeSinceMs = undefined;
      return isEqual ? 'equal' : 'on-its-way';
    }
    this.#strangeSinceMs ??= nowMs;
    return nowMs - this.#strangeSinceMs < graceMs ? 'on-its-way' : 'different';
  }
}
