/**
 * The life of one thing, which ends once and for one of a closed set of reasons.
 * Whoever asks late hears at once. Children hang on their parent's lifetime and end with it.
 */
export class Lifetime<Reason extends string> {
  #reason: Reason | undefined;
  #listeners = new Set<(reason: Reason) => void>();

  /** Why it ended, or undefined while it has not. */
  get reason(): Reason | undefined {
    return this.#reason;
  }

  get ended(): boolean {
    return this.#reason !== undefined;
  }

  /** Ends it and tells everybody, newest listener first. A second end does nothing. */
  end(reason: Reason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const listeners = [...this.#listeners].reverse();
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }

  /** Calls `listener` at the end, or now if that was before. The answer, called, takes it off again. */
  onEnd(listener: (reason: Reason) => void): () => void {
    if (this.#reason !== undefined) {
      listener(this.#reason);
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
