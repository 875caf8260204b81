import { createHmac, randomBytes } from 'node:crypto';

/**
 * Which tokens were spent: an HMAC of each one's nonce under a key of this object's, by issuer key, until that key ends.
 * Whoever reads it without this process's memory learns nothing, and with it only whether a token that he has was spent.
 */
export class SpentNonces {
  readonly #secret = randomBytes(32);
  readonly #spent = new Map<string, Set<string>>();

  /** Whether a token under that issuer key, with that nonce (32 bytes), is spent for the first time. */
  spend(keyId: string, nonce: Uint8Array): boolean {
    const mark = createHmac('sha256', this.#secret).update(nonce).digest().subarray(0, 16).toString('base64url');
    const spent = this.#spent.get(keyId) ?? new Set<string>();
    this.#spent.set(keyId, spent);
    const first = !spent.has(mark);
    spent.add(mark);
    return first;
  }

  /** Forgets the tokens of all other issuer keys: they are no longer good anyway. */
  keepOnly(keyIds: readonly string[]): void {
    for (const keyId of this.#spent.keys()) if (!keyIds.includes(keyId)) this.#spent.delete(keyId);
  }

  /** How many are known at this moment. */
  get size(): number {
    return [...this.#spent.values()].reduce((sum, { size }) => sum + size, 0);
  }
}
