import { kindOf, type Source } from '../../../shared/identity/source.ts';
import { unreachable } from '../../../shared/support/unreachable.ts';

/** How many counters below the newest may still come, by kind: about 2.5 s of audio, 4 s of three video layers at 30 frames/s. */
function windowSize(source: Source): number {
  const kind = kindOf(source);
  switch (kind) {
    case 'audio':
      return 128;
    case 'video':
      return 512;
    default:
      return unreachable(kind);
  }
}

/** Remembers which counters of one source and chain have come, so that none is delivered twice (ENCRYPTION "Replay"). */
export class ReplayWindow {
  /** At `counter % size`: the counter last seen there. Within a window no two counters share a place. */
  readonly #seen: Float64Array;
  #newest = -1;

  constructor(source: Source) {
    this.#seen = new Float64Array(windowSize(source)).fill(-1);
  }

  /** Whether `counter` (a safe integer) has not been marked and is not too old to tell. */
  isFresh(counter: number): boolean {
    const size = this.#seen.length;
    return counter > this.#newest - size && this.#seen[counter % size] !== counter;
  }

  /** To be called only once the tag of that frame has verified; false when it was not fresh (any more). */
  mark(counter: number): boolean {
    if (!this.isFresh(counter)) return false;
    this.#seen[counter % this.#seen.length] = counter;
    this.#newest = Math.max(this.#newest, counter);
    return true;
  }
}
