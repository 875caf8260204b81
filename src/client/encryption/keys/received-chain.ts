import type { Source } from '../../../shared/identity/source.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';
import { FrameKey } from '../frames/frame-key.ts';
import { frameBaseKey, kidOf, lastStep, nextStep } from './derive.ts';
import { ReplayWindow } from './replay-window.ts';

/** How far beyond the last told step a key is derived on a frame's word. Higher bears more joins between two rosters. */
const stepsAhead = 256;

/** How long an earlier step still opens frames that were on their way, in ms. */
const earlierStepMs = 5_000;

/** How many earlier steps do so at most. */
const earlierSteps = 64;

/** One chain of a peer's media keys: the steps that can be opened, derived as needed, and what has come under them. */
export class ReceivedChain {
  readonly #chain: number;
  readonly #callBinding: Bytes;
  /** By step, without a gap from the lowest that still opens to the furthest derived. */
  readonly #keys = new Map<number, Secret>();
  readonly #frameKeys = new Map<number, Map<Source, Promise<FrameKey>>>();
  readonly #windows = new Map<Source, ReplayWindow>();
  #furthest: number;
  #told: number;
  #current: number;
  #lowest: number;
  /** Steps below `below` open nothing after `untilMs`; in order of both. */
  #superseded: { readonly below: number; readonly untilMs: number }[] = [];
  #expiresMs = Infinity;
  #condemned = false;

  /** From the first `keys` that named this chain; copies `key`. */
  constructor(input: { chain: number; step: number; key: Bytes; callBinding: Bytes }) {
    this.#chain = input.chain;
    this.#callBinding = input.callBinding;
    this.#furthest = this.#told = this.#current = this.#lowest = input.step;
    this.#keys.set(input.step, new Secret(input.key.slice()));
  }

  /** The newest step that was told or has opened a frame. */
  get current(): number {
    return this.#current;
  }

  get expiresMs(): number {
    return this.#expiresMs;
  }

  /** It will expire since somebody has left who may know it. */
  get condemned(): boolean {
    return this.#condemned;
  }

  /** Opens nothing from `atMs` on; the earliest such order holds. */
  expire(atMs: number): void {
    this.#expiresMs = Math.min(this.#expiresMs, atMs);
  }

  condemn(atMs: number): void {
    this.#condemned = true;
    this.expire(atMs);
  }

  /** The peer's word that it has come to `step`. Further ahead than it can have come between two messages: ignored. */
  told(step: number, nowMs: number): void {
    if (step <= this.#told || step > Math.min(this.#told + stepsAhead, lastStep)) return;
    this.#told = step;
    this.#supersede(step, nowMs);
  }

  /** The tag of a frame under `step` has verified. */
  verified(step: number, nowMs: number): void {
    this.#supersede(step, nowMs);
  }

  /** Whether `step` is one that frames may come under. */
  reaches(step: number): boolean {
    return step >= this.#lowest && step <= Math.min(this.#told + stepsAhead, lastStep);
  }

  /** The media key of a step within reach, for immediate use. */
  mediaKey(step: number): Bytes | undefined {
    if (!this.reaches(step)) return undefined;
    this.#deriveTo(step);
    return this.#keys.get(step)?.reveal();
  }

  /** The frame key of a step within reach; derived once. */
  frameKey(source: Source, step: number): Promise<FrameKey> | undefined {
    const cached = this.#frameKeys.get(step)?.get(source);
    if (cached !== undefined) return cached;
    const mediaKey = this.mediaKey(step);
    if (mediaKey === undefined) return undefined;
    const baseKey = frameBaseKey(mediaKey, this.#callBinding, source);
    const key = FrameKey.derive(baseKey, BigInt(kidOf(this.#chain, step)));
    baseKey.fill(0);
    this.#frameKeys.set(step, (this.#frameKeys.get(step) ?? new Map<Source, Promise<FrameKey>>()).set(source, key));
    return key;
  }

  window(source: Source): ReplayWindow {
    const window = this.#windows.get(source) ?? new ReplayWindow(source);
    this.#windows.set(source, window);
    return window;
  }

  /** Overwrites the steps whose time is over. */
  prune(nowMs: number): void {
    let lowest = Math.max(this.#lowest, this.#current - earlierSteps);
    for (const { below, untilMs } of this.#superseded) if (untilMs <= nowMs) lowest = Math.max(lowest, below);
    if (lowest === this.#lowest) return;
    this.#superseded = this.#superseded.filter(({ below }) => below > lowest);
    this.#deriveTo(lowest);
    for (let step = this.#lowest; step < lowest; step += 1) this.#forget(step);
    this.#lowest = lowest;
  }

  /** When `prune` has something to do again. */
  get nextPruneMs(): number {
    return this.#superseded[0]?.untilMs ?? Infinity;
  }

  purge(): void {
    for (const key of this.#keys.values()) key.purge();
    this.#keys.clear();
    this.#frameKeys.clear();
    this.#windows.clear();
    this.#expiresMs = -Infinity;
  }

  #supersede(step: number, nowMs: number): void {
    if (step <= this.#current) return;
    this.#current = step;
    this.#superseded.push({ below: step, untilMs: nowMs + earlierStepMs });
    this.prune(nowMs);
  }

  #deriveTo(step: number): void {
    for (; this.#furthest < step; this.#furthest += 1) {
      const key = this.#keys.get(this.#furthest);
      if (key !== undefined) this.#keys.set(this.#furthest + 1, new Secret(nextStep(key.reveal())));
    }
  }

  #forget(step: number): void {
    this.#keys.get(step)?.purge();
    this.#keys.delete(step);
    this.#frameKeys.delete(step);
  }
}
