import { compare } from '../../../shared/support/bytes.ts';
import type { Members } from './members.ts';
import { stateMs } from './pace.ts';
import type { Self } from './self.ts';

/** Decides who tells the state of the call to those who peek at it, and when (ENCRYPTION "Call state", sender). */
export class StateTeller {
  #told: number | undefined;
  #dueMs = -Infinity;

  /**
   * How many to tell of now; undefined when there is nothing to tell, or another's turn. `arriving`: somebody who was
   * just shown may yet authenticate, so that nobody can say how many there are.
   */
  due(self: Pick<Self, 'id'>, members: Members, arriving: boolean, nowMs: number): number | undefined {
    const peers = members.authenticated;
    if (peers.some(({ id }) => compare(id.bytes, self.id.bytes) < 0)) {
      this.#told = undefined; // should our turn come, we do not wait
      return undefined;
    }
    const count = peers.length + 1;
    if (arriving || (count === this.#told && nowMs < this.#dueMs)) return undefined;
    this.#told = count;
    this.#dueMs = nowMs + stateMs;
    return count;
  }
}
