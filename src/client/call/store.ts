import type { Readable } from './types.ts';

/** A Readable that its owner sets. Setting the same value again (Object.is) tells nobody. */
export class Store<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    // Wrapped, so that one function subscribed twice is told twice and each stop stops one.
    const own = (value: T): void => {
      listener(value);
    };
    this.#listeners.add(own);
    own(this.#value);
    return () => {
      this.#listeners.delete(own);
    };
  }
}
