import type { Clock } from '../../src/shared/support/clock.ts';

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;
  #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  /** 2023-11-14, 22:13:20 UTC, when the test begins. */
  calendarMs(): number {
    return 1_700_000_000_000 - 1_000_000 + this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many callbacks wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Moves time on, calling what falls due at the moment it does. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let due = this.#nextUntil(endMs); due !== undefined; due = this.#nextUntil(endMs)) {
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = endMs;
  }

  /** The device sleeps: time passes, and no timer runs before it wakes. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  #nextUntil(endMs: number): { atMs: number; callback: () => void } | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0];
  }
}
