/** How many events of a kind become visible together. */
export const batchSize = 5;

/**
 * Holds events back until there are five of a kind, so that whoever reads the metrics sees no single call begin or end.
 * Holds nothing of an event but what will be counted; four of a kind at most wait, until the process ends.
 */
export class Batches {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Calls `count` when five of `kind` have come together, this one among them. */
  add(kind: string, count: () => void): void {
    const waiting = this.#waiting.get(kind) ?? [];
    waiting.push(count);
    this.#waiting.set(kind, waiting);
    if (waiting.length < batchSize) return;
    this.#waiting.delete(kind);
    for (const each of waiting) each();
  }
}

/** `value` rounded down to a step: 0, 5, 10, 20, 50, 100, 200, 500 and so on. Fewer than five are shown as 0. */
export function stepBelow(value: number): number {
  let step = 0;
  for (let next = batchSize; next <= value; next = nextStep(next)) step = next;
  return step;
}

/** 5, 10, 20, 50, 100, … (1, 2, 5 times a power of ten). */
function nextStep(step: number): number {
  return String(step).startsWith('2') ? step * 2.5 : step * 2;
}
