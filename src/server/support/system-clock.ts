import type { Clock } from '../../shared/support/clock.ts';

/** The machine's own time. A waiting `after` does not keep the process running. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  calendarMs: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
