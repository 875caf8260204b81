import { timingFor, type KeyTiming } from '../keys/timing.ts';

/** How quickly a group of a certain size talks, in ms. */
export interface Pace {
  /** Between two rosters to everybody. Lower finds hidden leaves and lost messages sooner; higher saves messages, which grow with the square of the size. */
  readonly rosterMs: number;
  /** From a change of the roster to telling it. Gathers changes that come together, and leaves whoever has just joined to their keys and first pictures. */
  readonly changeMs: number;
  /** Without a roster, after so long a peer is gone: four intervals, or nearly three. */
  readonly silenceMs: number;
}

/** The largest group, in participants, that talks quickly, and in which everybody hears everybody. */
export const smallGroup = 40;

/** The pace of so many participants that have authenticated each other, oneself included: nobody else can slow it down. */
export function paceOf(participants: number): Pace {
  const changeMs = Math.min(1_000, Math.max(250, 25 * participants));
  return participants > smallGroup
    ? { rosterMs: 15_000, changeMs, silenceMs: 40_000 }
    : { rosterMs: 5_000, changeMs, silenceMs: 20_000 };
}

/**
 * Rosters a second that changes may cause. Half of the relays that a router takes (PROTOCOL "Relays"), so that when many join
 * at once the news of each does not keep back the handshakes with the others. Higher agrees sooner in large calls.
 */
export const changedRostersPerSecond = 25;

/** Between two `speaking` of one sender in a larger group, in ms. Lower finds a new speaker sooner, and costs each as many messages more as there are others. */
export const speakingMs = 1_000;

/** How long a peer may take from its hello to its auth, in ms, and how long oneself waits for the hello of one just shown. */
export const arrivalMs = 20_000;

/** Most peers that are held without having authenticated: bounds what a router that invents participants can use up. */
export const mostUnauthenticated = 256;

/** How often the group looks at what is due, in ms; some things are looked at exactly in time besides. */
export const beatMs = 250;

/** How often the call state is told, in ms, when nothing changes: three times in the time that a router keeps it. */
export const stateMs = 10_000;

/** The key timing of a group whose size may change: each time is asked for anew. */
export function keyTimingOf(participants: () => number): KeyTiming {
  return {
    get rotationGapMs() {
      return timingFor(participants()).rotationGapMs;
    },
    get applyMs() {
      return timingFor(participants()).applyMs;
    },
    get afterLeaveMs() {
      return timingFor(participants()).afterLeaveMs;
    },
    get afterReplacedMs() {
      return timingFor(participants()).afterReplacedMs;
    },
  };
}
