import type { Reachable } from './reachability.ts';
import { failuresInWords, type Where } from './words.ts';

/** Whether new calls may be sent to this router, and why or why not, for its operator. */
export interface Readiness {
  readonly ready: boolean;
  readonly words: string;
}

export interface Condition {
  readonly draining: boolean;
  /** Whether there is room for one more call. */
  readonly open: boolean;
  /** Undefined: no self-calls are made, so nothing is known of it. */
  readonly reachable: Reachable | undefined;
}

/** Ready: it drains not, has room, and a self-call has passed lately. */
export function readinessOf({ draining, open, reachable = 'yes' }: Condition, where: Where): Readiness {
  if (draining) return no('This router is about to stop, and starts no more calls.');
  if (!open) return no('This router has as much to do as its running calls bear, and starts no more for now.');
  if (reachable === 'yes') return { ready: true, words: 'This router takes calls.' };
  if (reachable === 'untried') return no('This router has not called itself yet, so it is not known to be reachable.');
  if (reachable === 'unknown')
    return no('This router has not managed to call itself lately: its self-call does not end.');
  return no(
    ['This router called itself, and did not get through.', ...failuresInWords(reachable.failed, where)].join('\n'),
  );
}

function no(words: string): Readiness {
  return { ready: false, words };
}
