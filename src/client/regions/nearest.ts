import type { ProbedRouter } from './probe.ts';

/** A router that starts calls, and how far it is. */
export type ReadyRouter = Extract<ProbedRouter, { readonly standing: 'ready' | 'draining' | 'busy' }>;

/** Routers whose round trips differ by less are equally near, in ms and as a share: so much is noise. Higher follows the list's order more. */
const noiseMs = 3;
const noiseShare = 0.1;

/** Those that start calls, nearest first; of those that are equally near, in the order given. */
export function nearest(probed: readonly ProbedRouter[]): readonly ReadyRouter[] {
  const rest = probed.filter((one): one is ReadyRouter => one.standing === 'ready');
  const ordered: ReadyRouter[] = [];
  while (rest.length > 0) {
    const leastMs = Math.min(...rest.map(({ roundTripMs }) => roundTripMs));
    const asNearMs = leastMs + Math.max(noiseMs, leastMs * noiseShare);
    const index = rest.findIndex(({ roundTripMs }) => roundTripMs <= asNearMs);
    ordered.push(...rest.splice(index, 1));
  }
  return ordered;
}
