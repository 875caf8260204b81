import { limits } from '../../shared/protocol/limits.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Layers } from '../media/types.ts';

/**
 * Tells the owner of one video source which layers of it anybody wants, so that it need not encode the others (PROTOCOL
 * section 8, `source.wanted`): more soon, less with patience. Lives and ends with the source.
 */
export class Demand implements Disposable {
  readonly #clock: Clock;
  readonly #wanted: () => Layers | null;
  readonly #tell: (layers: Layers | null) => void;
  /** Undefined until anything was told: then the owner sends all it has. */
  #told: Layers | null | undefined;
  /** When that was; at first, when the source was opened. */
  #atMs: number;
  #cancel: (() => void) | undefined;
  #ended = false;

  /** `wanted`: the highest layers that anybody wants at this moment; null when nobody wants any. */
  constructor(clock: Clock, wanted: () => Layers | null, tell: (layers: Layers | null) => void) {
    this.#clock = clock;
    this.#wanted = wanted;
    this.#tell = tell;
    this.#atMs = clock.nowMs();
    this.update();
  }

  /** What the owner was told last; undefined before. */
  get told(): Layers | null | undefined {
    return this.#told;
  }

  /** Somebody may want more or less than before. */
  update(): void {
    if (this.#ended) return;
    this.#cancel?.();
    this.#cancel = undefined;
    const wanted = this.#wanted();
    const waitMs = this.#waitMs(wanted);
    if (waitMs === undefined) return;
    if (waitMs > 0) {
      this.#cancel = this.#clock.after(waitMs, () => {
        this.update();
      });
      return;
    }
    // More of the one and less of the other: the more at once, the less when its time has come.
    this.#told = isMore(wanted, this.#told ?? null) ? highest(wanted, this.#told ?? null) : wanted;
    this.#atMs = this.#clock.nowMs();
    this.#tell(this.#told);
    this.update();
  }

  /** Whoever was told may not have heard: tells it again, now. */
  again(): void {
    this.#told = undefined;
    this.#atMs = -Infinity;
    this.update();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#cancel?.();
  }

  /** How long `wanted` must wait until it is told, in ms; undefined when it was told last. */
  #waitMs(wanted: Layers | null): number | undefined {
    const told = this.#told;
    const sinceMs = this.#clock.nowMs() - this.#atMs;
    // Those who will subscribe to a new source need a moment for it: nobody's wanting it is believed later.
    const soon = told === undefined ? wanted !== null : isMore(wanted, told);
    if (soon) return limits.wantedMoreMs - sinceMs;
    return told === undefined || isMore(told, wanted) ? limits.wantedLessMs - sinceMs : undefined;
  }
}

/** The highest of both, in each direction. */
export function highest(one: Layers | null, other: Layers | null): Layers | null {
  if (one === null || other === null) return one ?? other;
  return { spatial: Math.max(one.spatial, other.spatial), temporal: Math.max(one.temporal, other.temporal) };
}

/** Whether `one` has a layer that `other` has not. */
function isMore(one: Layers | null, other: Layers | null): boolean {
  if (one === null || other === null) return one !== null;
  return one.spatial > other.spatial || one.temporal > other.temporal;
}
