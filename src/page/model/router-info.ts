import { CallError } from '../../client/index.ts';

/** Where the router of this page says which key it has. */
const path = '/.well-known/sotto.json';

/** How long it may take, in ms. */
const patienceMs = 8_000;

/**
 * The public key (base64url) of the router that serves this page. Believing it means to trust this server, as whoever
 * runs its page does anyway. Rejects with CallError `router-unreachable` or `version-unknown`.
 */
export async function fetchRouterKey(): Promise<string> {
  let answer: unknown;
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(patienceMs), cache: 'no-store' });
    answer = response.ok ? await response.json() : undefined;
  } catch (error) {
    throw new CallError('router-unreachable', { cause: error });
  }
  if (typeof answer !== 'object' || answer === null) throw new CallError('router-unreachable');
  if (!('version' in answer) || answer.version !== 1) throw new CallError('version-unknown');
  if (!('routerKey' in answer) || typeof answer.routerKey !== 'string') throw new CallError('router-unreachable');
  return answer.routerKey;
}
