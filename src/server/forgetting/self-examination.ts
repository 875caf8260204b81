import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { memoryInUse, type MemoryRange } from './memory-in-use.ts';

const chunkBytes = 1_048_576;

/**
 * Shows whether this process forgets: plants a random text in the forms that messages take, lets go of it, and later
 * looks for it in the process's own memory. Knows the text only in two halves that are random each.
 */
export class SelfExamination {
  readonly #mask: Buffer;
  readonly #masked: Buffer;

  /** `use` gets the text (44 characters) and does with it what a router does with a message. */
  static async plant(use: (text: string) => Promise<void>): Promise<SelfExamination> {
    const text = randomBytes(33).toString('base64url');
    const examination = new SelfExamination(Buffer.from(text));
    await use(text);
    return examination;
  }

  private constructor(secret: Buffer) {
    this.#mask = randomBytes(secret.length);
    this.#masked = Buffer.from(this.#mask.map((byte, index) => byte ^ (secret[index] ?? 0)));
  }

  /** How many copies of the text are in this process's memory, in one byte a character (Linux, proc(5): smaps, pagemap, mem). */
  copies(): number {
    const memory = openSync('/proc/self/mem', 'r');
    const chunk = Buffer.alloc(chunkBytes + this.#masked.length);
    try {
      return memoryInUse().reduce((sum, range) => sum + this.#copiesIn(memory, range, chunk), 0);
    } finally {
      closeSync(memory);
    }
  }

  #copiesIn(memory: number, { from, to }: MemoryRange, chunk: Buffer): number {
    let copies = 0;
    for (let at = from; at < to; at += chunkBytes) {
      const length = Math.min(chunk.length, to - at);
      copies += this.#copiesAmong(chunk.subarray(0, read(memory, chunk, length, at)));
      chunk.fill(0); // it is in this memory, too: what it found is not to be found in it again
    }
    return copies;
  }

  #copiesAmong(bytes: Buffer): number {
    const first = this.#byte(0);
    let copies = 0;
    for (let at = bytes.indexOf(first); at >= 0 && at < chunkBytes; at = bytes.indexOf(first, at + 1)) {
      if (this.#isAt(bytes, at)) copies += 1;
    }
    return copies;
  }

  #isAt(bytes: Buffer, at: number): boolean {
    return this.#masked.every((_, index) => bytes[at + index] === this.#byte(index));
  }

  #byte(index: number): number {
    return (this.#masked[index] ?? 0) ^ (this.#mask[index] ?? 0);
  }
}

/** Bytes read; 0 where nothing can be read, because the mapping has gone meanwhile or is a device's. */
function read(memory: number, chunk: Buffer, length: number, position: number): number {
  try {
    return readSync(memory, chunk, 0, length, position);
  } catch {
    return 0;
  }
}
