import { equal, type Bytes } from '../../../shared/support/bytes.ts';
import type { Secret } from '../../../shared/support/secret.ts';
import type { Agreement } from '../messages.ts';
import type { Comparison } from './digests.ts';
import type { verificationCode } from './verification.ts';

/** The verification code of the roster that everybody agrees on; worked out once for each, which takes a moment. */
export class VerificationCodes {
  readonly #salt: Secret;
  readonly #derive: typeof verificationCode;
  readonly #onReady: () => void;
  #wanted: Bytes | undefined;
  #code: string | undefined;

  /** `salt`: 32 bytes from the call key. `onReady` is called when a code asked for is there and still the one asked for. */
  constructor(salt: Secret, derive: typeof verificationCode, onReady: () => void) {
    this.#salt = salt;
    this.#derive = derive;
    this.#onReady = onReady;
  }

  /** The code for a digest (64 bytes), or undefined until it is ready. */
  codeOf(digest: Bytes): string | undefined {
    if (this.#wanted === undefined || !equal(this.#wanted, digest)) {
      this.#wanted = digest;
      this.#code = undefined;
      const ready = (code: string): void => {
        if (this.#wanted !== digest || this.#salt.purged) return;
        this.#code = code;
        this.#onReady();
      };
      // Where WebCrypto fails there is no code to show, and no frame could be sealed either.
      this.#derive(digest, this.#salt.reveal().slice()).then(ready, () => undefined);
    }
    return this.#code;
  }
}

/**
 * What can be said about the roster (ENCRYPTION "Agreement"). `comparisons`: one for each authenticated peer.
 * `arriving`: somebody may yet authenticate, which matters only as long as nobody has.
 */
export function agreementOf(
  comparisons: readonly Comparison[],
  arriving: boolean,
  codeNow: () => string | undefined,
): Agreement {
  if (comparisons.includes('different')) return { state: 'disagreed' };
  if (comparisons.length === 0) return { state: arriving ? 'waiting' : 'alone' };
  if (comparisons.includes('on-its-way')) return { state: 'waiting' };
  const code = codeNow();
  return code === undefined ? { state: 'waiting' } : { state: 'agreed', code, people: comparisons.length + 1 };
}
