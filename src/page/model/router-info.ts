import { CallError, readRouterInfo, type RouterInfo } from '../../client/index.ts';

/** Where the router of this page describes itself. */
const path = '/.well-known/sotto.json';

/** How long it may take, in ms. */
const patienceMs = 8_000;

/**
 * What the router that serves this page says of itself. Believing it means to trust this server, as whoever runs its page
 * does anyway. Rejects with CallError `router-unreachable` or `version-unknown`.
 */
export async function fetchRouterInfo(): Promise<RouterInfo> {
  let answer: unknown;
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(patienceMs), cache: 'no-store' });
    answer = response.ok ? await response.json() : undefined;
  } catch (error) {
    throw new CallError('router-unreachable', { cause: error });
  }
  return readRouterInfo(answer);
}
