import type { Clock } from '../../../shared/support/clock.ts';

/** The worker's own time: timers of a worker go on in pages that are in the background. */
export const workerClock: Clock = {
  nowMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
