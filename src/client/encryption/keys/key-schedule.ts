import type { Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';
import { keyLength, lastStep, nextStep } from './derive.ts';
import type { KeyTiming } from './timing.ts';

/** After so many frames under one chain there is a new one. Far below what AES-GCM carries; bounds what one lost key opens. */
const framesPerChain = 2 ** 24;

interface Pending {
  readonly chain: number;
  readonly key: Secret;
  readonly applyAtMs: number;
}

/** One's own media key through its chains and steps (ENCRYPTION "Media keys"). Knows nothing of frames or peers. */
export class KeySchedule {
  readonly #random: (length: number) => Bytes;
  readonly #timing: KeyTiming;
  #chain = 1;
  #step = 0;
  #key: Secret;
  #pending: Pending | undefined;
  #framesInChain = 0;
  /** A new chain is to be made as soon as the gap after the last one is over. */
  #wanted = false;
  #newChainAtMs = -Infinity;

  constructor(input: { random(length: number): Bytes; timing: KeyTiming }) {
    this.#random = (length) => input.random(length);
    this.#timing = input.timing;
    this.#key = this.#fresh();
  }

  get chain(): number {
    return this.#chain;
  }

  get step(): number {
    return this.#step;
  }

  /** The key in use, for immediate use. */
  get key(): Bytes {
    return this.#key.reveal();
  }

  /** The chain that has been made and is not in use yet. */
  get pending(): { readonly chain: number; readonly key: Secret } | undefined {
    return this.#pending;
  }

  /** Derives the next step, or begins a new chain at once where there is none; answers whether it was a new chain. */
  moveOn(nowMs: number): boolean {
    if (this.#step === lastStep) {
      this.replace(nowMs);
      return true;
    }
    const next = new Secret(nextStep(this.key));
    this.#key.purge();
    this.#key = next;
    this.#step += 1;
    return false;
  }

  /** One more frame is sealed under this chain; asks for a new one when that were enough. */
  countFrame(): void {
    this.#framesInChain += 1;
    if (this.#framesInChain === framesPerChain) this.want();
  }

  /** Asks for a new chain. However often that happens until it is made, it is one. */
  want(): void {
    this.#wanted = true;
  }

  /** A new chain in use at once: for a key that nothing may be sealed under any more. */
  replace(nowMs: number): void {
    this.#use((this.#pending?.chain ?? this.#chain) + 1, this.#fresh());
    this.#wanted = false;
    this.#newChainAtMs = nowMs;
  }

  /** Puts the pending chain in use when its time has come. */
  apply(nowMs: number): void {
    if (this.#pending === undefined || nowMs < this.#pending.applyAtMs) return;
    const { chain, key } = this.#pending;
    this.#pending = undefined;
    this.#use(chain, key);
  }

  /** Applies, and makes the chain that is wanted when its time has come; answers whether one was made: it is to be handed out now. */
  tick(nowMs: number): boolean {
    this.apply(nowMs);
    const makeAtMs = this.#makeAtMs();
    if (makeAtMs === undefined || nowMs < makeAtMs) return false;
    this.#wanted = false;
    this.#newChainAtMs = nowMs;
    this.#pending = { chain: this.#chain + 1, key: this.#fresh(), applyAtMs: nowMs + this.#timing.applyMs };
    return true;
  }

  /** When `tick` has something to do again. */
  get nextTickMs(): number | undefined {
    return this.#pending?.applyAtMs ?? this.#makeAtMs();
  }

  purge(): void {
    this.#key.purge();
    this.#pending?.key.purge();
    this.#pending = undefined;
    this.#wanted = false;
  }

  #makeAtMs(): number | undefined {
    return this.#wanted && this.#pending === undefined ? this.#newChainAtMs + this.#timing.rotationGapMs : undefined;
  }

  #use(chain: number, key: Secret): void {
    this.#key.purge();
    this.#pending?.key.purge();
    this.#pending = undefined;
    this.#chain = chain;
    this.#step = 0;
    this.#framesInChain = 0;
    this.#key = key;
  }

  #fresh(): Secret {
    return new Secret(this.#random(keyLength));
  }
}
