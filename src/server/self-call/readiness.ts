import type { Readiness, Ready } from '../telemetry/admin.ts';
import type { Reachable } from './reachability.ts';
import { failuresInWords, type Where } from './words.ts';

const readinessInWords: Readonly<Record<Readiness, string>> = {
  ready: 'This router takes calls.',
  draining: 'This router is about to stop, and starts no more calls.',
  busy: 'This router has as much to do as its running calls bear, and starts no more for now.',
};

/**
 * What `/readyz` says: ready is a router that takes calls and has called itself lately. `reachable`: undefined where it makes no
 * self-calls, and nothing is known of it.
 */
export function readyWhen(takesCalls: Readiness, reachable: Reachable | undefined, where: Where): Ready {
  if (takesCalls !== 'ready' || reachable === undefined || reachable === 'yes')
    return { ready: takesCalls === 'ready', words: readinessInWords[takesCalls] };
  return { ready: false, words: doubtInWords(reachable, where) };
}

function doubtInWords(reachable: Exclude<Reachable, 'yes'>, where: Where): string {
  if (reachable === 'untried') return 'This router has not called itself yet, so it is not known to be reachable.';
  if (reachable === 'unknown') return 'This router has not managed to call itself lately: its self-call does not end.';
  return ['This router called itself, and did not get through.', ...failuresInWords(reachable.failed, where)].join(
    '\n',
  );
}
