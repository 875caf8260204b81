import { createCipheriv, createHash, type Cipheriv } from 'node:crypto';

/** Drawn at a time, in bytes: four to a number. */
const zeros = Buffer.alloc(4_096);

/** Numbers that look random and are the same for the same seed on every machine: AES in counter mode over zeros (NIST SP 800-38A). */
export class SeededRandom {
  readonly #cipher: Cipheriv;
  #drawn: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest();
    this.#cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  }

  /** The next number, at least 0 and below 1. */
  next(): number {
    if (this.#at === this.#drawn.length) {
      this.#drawn = this.#cipher.update(zeros);
      this.#at = 0;
    }
    const number = this.#drawn.readUInt32LE(this.#at);
    this.#at += 4;
    return number / 2 ** 32;
  }

  /** Whether something happens that happens with `probability`. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** The next number of an exponential distribution of this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** One of `choices`; undefined when there is none. */
  choose<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.next() * choices.length)];
  }
}
