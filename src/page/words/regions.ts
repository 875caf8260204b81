import type { ListedRouter, ProbedRouter } from '../../client/index.ts';
import { unreachable } from '../unreachable.ts';

/** A router as people tell it from the others: by its region, and by its name where a region has several. */
export function routerName({ region, url }: ListedRouter, all: readonly ListedRouter[]): string {
  const isOnly = all.filter((one) => one.region === region).length === 1;
  return isOnly ? region : `${region} (${new URL(url).host})`;
}

/** What was found of a router, after its name; undefined: it has not been asked. */
export function foundWords(found: ProbedRouter | undefined): string {
  if (found === undefined) return '';
  switch (found.standing) {
    case 'ready':
      return `, ${roundTripWords(found.roundTripMs)}`;
    case 'draining':
      return ', about to stop';
    case 'busy':
      return ', full';
    case 'wrong-key':
      return ', refused';
    case 'unreachable':
      return ', does not answer';
    default:
      return unreachable(found);
  }
}

export function roundTripWords(ms: number): string {
  return ms < 1 ? 'under 1 ms' : `${Math.round(ms)} ms`;
}

/** Why a list of routers is there and not used. */
export const listRefused: Readonly<Record<'regions-refused' | 'regions-expired', string>> = {
  'regions-refused':
    'The list of this operator’s routers is not signed with its key, so it is not used. Calls start on this router.',
  'regions-expired': 'The list of this operator’s routers is too old to be believed. Calls start on this router.',
};

/** That routers are not those of the list. */
export function refusedWords(names: readonly string[]): string {
  const [are, have] = names.length === 1 ? ['is', 'it has'] : ['are', 'they have'];
  return `${names.join(' and ')} ${are} refused: ${have} another key than the operator’s list says.`;
}

/** Who is asked, and learns what by it. */
export function askedWords(count: number, onlyOne: boolean): string {
  return onlyOne
    ? 'From now on no other router is asked.'
    : `To find it, this page asks all ${count} routers, and each of them sees your IP address.`;
}
