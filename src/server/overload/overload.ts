import type { Clock } from '../../shared/support/clock.ts';
import type { Gate } from '../calls/calls.ts';

/** How much this router has to do, as of one look. */
export interface Load {
  /** Of all processors together, what the router and its media processes use, from 0 to 1. */
  readonly cpu: number;
  /** UDP datagrams a second, in and out. */
  readonly packets: number;
  /** Memory that is still to be had, in bytes. */
  readonly memory: number;
  /** How late signalling comes to its turn, in ms. */
  readonly lateMs: number;
}

/** From where on nobody more is let in; of memory, below. 0: whatever it is. */
export type LoadLimits = Load;

/** Of a limit, how much stays free of new calls, so that those that run can become complete. Higher leaves more of the machine idle. */
const keptForRunning = 0.2;
/** How long a participant is taken for one whose load does not show yet, in ms: media start small and grow. Higher lets storms in more slowly. */
const growingMs = 10_000;
/** What one participant costs at least until it is known, in shares of one processor: a picture, for eight receivers. */
const leastCost = 0.01;
/** From how many participants on their average says what the next one costs. */
const manyParticipants = 5;
/** Share of the newest look in what counts. Lower forgives short peaks longer, and sees storms later. */
const newest = 0.3;

/**
 * Decides whether there is room for one more, before media suffer: those that run are never touched. Of participants it
 * holds how many came in the last 10 s, by the second.
 */
export class Overload implements Gate {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #limits: LoadLimits;
  readonly #processors: number;
  #load: Load | undefined;
  #costOfOne: number;
  /** How many were let in at which second, as long as they are growing. */
  #growing: readonly { readonly second: number; readonly count: number }[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>, limits: LoadLimits, processors: number) {
    this.#clock = clock;
    this.#limits = limits;
    this.#processors = processors;
    this.#costOfOne = leastCost / processors;
  }

  /** `participants`: how many cause it. */
  measured(load: Load, participants: number): void {
    const before = this.#load ?? load;
    const smooth = (of: 'cpu' | 'packets' | 'lateMs'): number => newest * load[of] + (1 - newest) * before[of];
    this.#load = { cpu: smooth('cpu'), packets: smooth('packets'), lateMs: smooth('lateMs'), memory: load.memory };
    const average = participants < manyParticipants ? 0 : this.#load.cpu / participants;
    this.#costOfOne = Math.max(leastCost / this.#processors, average);
  }

  /** Whether a call would be admitted now. */
  get open(): boolean {
    return this.#hasRoom(1 - keptForRunning);
  }

  admitsCall(): boolean {
    return this.#admits(1 - keptForRunning);
  }

  admitsParticipant(coreShare: number): boolean {
    const { cpu } = this.#limits;
    return (cpu === 0 || coreShare < cpu) && this.#admits(1);
  }

  /** Like `#hasRoom`; one who is let in counts from then on. */
  #admits(share: number): boolean {
    if (!this.#hasRoom(share)) return false;
    const second = this.#second;
    const now = this.#growing.find((of) => of.second === second)?.count ?? 0;
    this.#growing = [...this.#growing.filter((of) => of.second !== second), { second, count: now + 1 }];
    return true;
  }

  /** Whether no limit is reached, of each of which the given share may be used. */
  #hasRoom(share: number): boolean {
    const load = this.#load;
    this.#growing = this.#growing.filter((of) => this.#second - of.second < growingMs / 1_000);
    if (load === undefined) return true;
    const growing = this.#growing.reduce((sum, { count }) => sum + count, 0);
    const { cpu, packets, memory, lateMs } = this.#limits;
    return (
      (cpu === 0 || load.cpu + (growing + 1) * this.#costOfOne < cpu * share) &&
      (packets === 0 || load.packets < packets * share) &&
      (lateMs === 0 || load.lateMs < lateMs * share) &&
      load.memory >= memory / share
    );
  }

  get #second(): number {
    return Math.floor(this.#clock.nowMs() / 1_000);
  }
}
