import type { Clock } from '../../../shared/support/clock.ts';

/** Beyond this much more than the running time, in ms, the calendar time has moved since the device slept (or was set). */
const sleptMs = 1_000;

/**
 * A clock that never goes back and counts the time that the device sleeps, which `performance.now()` leaves out on some
 * systems: keys must expire and participants be taken for gone meanwhile. `running` and `calendar` give milliseconds.
 * A calendar that is put forward counts as sleep; one that is put back is ignored.
 */
export function clockFrom(running: () => number, calendar: () => number): Clock {
  let slept = 0;
  let last = { running: running(), calendar: calendar() };
  return {
    nowMs() {
      const now = { running: running(), calendar: calendar() };
      const gap = now.calendar - last.calendar - (now.running - last.running);
      if (gap > sleptMs) slept += gap;
      last = now;
      return now.running + slept;
    },
    calendarMs: calendar,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

/** The worker's own time: timers of a worker go on in pages that are in the background. */
export const workerClock: Clock = clockFrom(
  () => performance.now(),
  () => Date.now(),
);
