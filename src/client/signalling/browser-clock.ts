import type { Clock } from '../../shared/support/clock.ts';

/** The browser's own time. */
export const browserClock: Clock = {
  nowMs: () => performance.now(),
  calendarMs: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
