import { openRegionList, type ListedRouter } from '../../shared/regions/region-list.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import { CallError } from '../call/call-error.ts';
import { browserClock } from '../signalling/browser-clock.ts';

/**
 * The routers in a signed list (PROTOCOL section 10), in its order. `text`: the list as it was fetched, from wherever.
 * `regionsKey`: the key that its operator signs with, base64url, known beforehand. `nowMs` since 1970. Throws CallError
 * `regions-refused` when it is not signed by that key, changed, or no list; `regions-expired`.
 */
export function readRegions(
  text: string,
  regionsKey: string,
  nowMs: number = browserClock.calendarMs(),
): readonly ListedRouter[] {
  try {
    return openRegionList(text, fromBase64Url(regionsKey) ?? new Uint8Array(), nowMs).routers;
  } catch (error) {
    const expired = error instanceof CodedError && error.code === ('list-expired' as string);
    throw new CallError(expired ? 'regions-expired' : 'regions-refused', { cause: error });
  }
}
