/** How quickly keys follow each other. An object with getters may answer anew each time, as a call grows. */
export interface KeyTiming {
  /** Least time between two new chains of one sender, in ms. Lower shuts leavers out sooner; higher saves `keys` messages. */
  readonly rotationGapMs: number;
  /** From handing a new chain out to sealing under it, in ms. Lower shuts leavers out sooner; higher spares slow receivers a gap. */
  readonly applyMs: number;
  /** How long a receiver goes on opening the chains it held when it learnt of a leave, in ms: gap, apply, and time for the way. */
  readonly afterLeaveMs: number;
  /** How long a receiver goes on opening a chain that another has replaced, in ms: apply, and time for the way. */
  readonly afterReplacedMs: number;
}

/** The largest call, in participants, that uses the short times. */
const smallCall = 40;

/** The times for a call of so many participants, oneself included (ENCRYPTION "Media keys"). */
export function timingFor(participants: number): KeyTiming {
  return participants > smallCall
    ? { rotationGapMs: 5_000, applyMs: 2_000, afterLeaveMs: 15_000, afterReplacedMs: 7_000 }
    : { rotationGapMs: 2_000, applyMs: 2_000, afterLeaveMs: 9_000, afterReplacedMs: 7_000 };
}
