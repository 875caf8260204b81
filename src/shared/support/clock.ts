/** Time as the code may see it, so that a test can own it. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  nowMs(): number;
  /** Milliseconds since 1970 (UTC) as the device believes. May be wrong and may jump: for telling people, never for measuring. */
  calendarMs(): number;
  /** Calls `callback` once after `ms`; the answer, called, prevents it. */
  after(ms: number, callback: () => void): () => void;
}
