import { CallError, readRouterInfo, type RouterInfo } from '../../client/index.ts';

/** Where the router of this page describes itself. */
const path = '/.well-known/sotto.json';

/** Where its operator's signed list of routers is, if there is one. */
const regionsPath = '/.well-known/sotto-regions.json';

/** How long it may take, in ms. */
const patienceMs = 8_000;

/**
 * What the router that serves this page says of itself. Believing it means to trust this server, as whoever runs its page
 * does anyway. Rejects with CallError `router-unreachable` or `version-unknown`.
 */
export async function fetchRouterInfo(): Promise<RouterInfo> {
  return readRouterInfo(await fetchFrom(path, (response) => response.json()));
}

/** The list of routers, yet to be verified. Rejects with CallError `router-unreachable`. */
export function fetchRegions(): Promise<string> {
  return fetchFrom(regionsPath, (response) => response.text());
}

async function fetchFrom<T>(place: string, read: (response: Response) => Promise<T>): Promise<T> {
  let failure: unknown;
  try {
    const response = await fetch(place, { signal: AbortSignal.timeout(patienceMs), cache: 'no-store' });
    if (response.ok) return await read(response);
  } catch (error) {
    failure = error;
  }
  throw new CallError('router-unreachable', { cause: failure });
}
