import type { CloseReason } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Clock } from '../../shared/support/clock.ts';

/** A socket by which a participant is reached. */
export interface Peer {
  /** Whether anything can still get to it. */
  readonly open: boolean;
  notify(notice: Notice): void;
  /** Ends it for a reason that is not its own. */
  end(reason: CloseReason): void;
}

type State =
  | { readonly at: 'here'; readonly peer: Peer }
  | { readonly at: 'away'; readonly stopWaiting: () => void }
  | { readonly at: 'gone' };

/**
 * How one participant is reached: by one socket after the other, with gaps of 10 s at most, in which its seat is held
 * (PROTOCOL section 6, "Held seats"). What is meant for it in a gap is dropped: nothing is kept of it.
 */
export class Presence implements Disposable {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #state: State;

  /** `expired` is told when a gap has lasted too long. */
  constructor(peer: Peer, clock: Clock, expired: () => void) {
    this.#state = { at: 'here', peer };
    this.#clock = clock;
    this.#expired = expired;
  }

  get here(): boolean {
    return this.#state.at === 'here';
  }

  notify(notice: Notice): void {
    if (this.#state.at === 'here') this.#state.peer.notify(notice);
  }

  /** Its socket is lost. Does nothing while there is none. */
  lost(): void {
    if (this.#state.at !== 'here') return;
    this.#state = { at: 'away', stopWaiting: this.#clock.after(limits.seatHeldMs, this.#expired) };
  }

  /** It is reached by `peer` from now on; the socket before, if it is still there, ends with `taken-over`. */
  moveTo(peer: Peer): void {
    const before = this.#state;
    this.#state = { at: 'here', peer };
    if (before.at === 'away') before.stopWaiting();
    if (before.at === 'here') before.peer.end('taken-over');
  }

  /** The call has ended for it, and not by its own leaving. */
  end(reason: CloseReason): void {
    const before = this.#state;
    this[Symbol.dispose]();
    if (before.at === 'here') before.peer.end(reason);
  }

  [Symbol.dispose](): void {
    if (this.#state.at === 'away') this.#state.stopWaiting();
    this.#state = { at: 'gone' };
  }
}
