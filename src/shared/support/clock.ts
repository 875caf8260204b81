/** Time as the code may see it, so that a test can own it. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  nowMs(): number;
  /** Calls `callback` once after `ms`; the answer, called, prevents it. */
  after(ms: number, callback: () => void): () => void;
}
