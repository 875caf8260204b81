import type { Clock } from '../../../shared/support/clock.ts';

/** How much too early something may be delivered, in ms: what falls due within it goes together, with one timer. */
const togetherMs = 0.5;
/** How finely lateness is counted, in ms, and up to where. */
const finenessMs = 0.25;
const mostLateMs = 100;

interface Delivery {
  readonly atMs: number;
  /** Of two that are due at once, the one put in first goes first. */
  readonly order: number;
  readonly deliver: () => void;
}

/** What is to happen when, in a heap with one timer for its head; and how late it really did. */
export class Deliveries implements Disposable {
  readonly #clock: Clock;
  readonly #heap: Delivery[] = [];
  readonly #late = new Uint32Array(mostLateMs / finenessMs + 1);
  #timer: { readonly atMs: number; readonly stop: () => void } | undefined;
  #order = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `deliver` at `atMs` of the clock, or at once when that has passed. */
  add(atMs: number, deliver: () => void): void {
    this.#order += 1;
    push(this.#heap, { atMs, order: this.#order, deliver });
    this.#arm();
  }

  /** How late the share `quantile` (0 to 1) of all deliveries was at most, in ms. */
  lateMs(quantile: number): number {
    const all = this.#late.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    const bucket = this.#late.findIndex((count) => (seen += count) >= all * quantile);
    return Math.max(0, bucket) * finenessMs;
  }

  [Symbol.dispose](): void {
    this.#timer?.stop();
  }

  #arm(): void {
    const [head] = this.#heap;
    if (head === undefined || (this.#timer !== undefined && this.#timer.atMs <= head.atMs)) return;
    this.#timer?.stop();
    const waitMs = Math.max(0, head.atMs - this.#clock.nowMs());
    this.#timer = {
      atMs: head.atMs,
      stop: this.#clock.after(waitMs, () => {
        this.#timer = undefined;
        this.#deliver();
        this.#arm();
      }),
    };
  }

  #deliver(): void {
    const nowMs = this.#clock.nowMs();
    for (let head = this.#heap[0]; head !== undefined && head.atMs <= nowMs + togetherMs; head = this.#heap[0]) {
      pop(this.#heap);
      const bucket = Math.round(Math.min(Math.max(0, nowMs - head.atMs), mostLateMs) / finenessMs);
      this.#late[bucket] = (this.#late[bucket] ?? 0) + 1;
      head.deliver();
    }
  }
}

function isBefore(a: Delivery, b: Delivery): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Into a binary heap, the first delivery at its head. */
function push(heap: Delivery[], delivery: Delivery): void {
  let index = heap.length;
  for (;;) {
    const parent = Math.floor((index - 1) / 2);
    const above = index === 0 ? undefined : heap[parent];
    if (above === undefined || isBefore(above, delivery)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = delivery;
}

/** Takes the head away. */
function pop(heap: Delivery[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
    const least = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
    if (least === undefined || isBefore(last, least)) break;
    heap[index] = least;
    index = 2 * index + (least === left ? 1 : 2);
  }
  heap[index] = last;
}
