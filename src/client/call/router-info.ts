import { z } from 'zod';
import { wellKnown, type Admission } from '../../shared/protocol/admission.ts';
import { protocolVersion } from '../../shared/protocol/version.ts';
import { CallError } from './call-error.ts';

/** What a router says of itself. */
export interface RouterInfo {
  /** Its public key, base64url. */
  readonly routerKey: string;
  /** Which tokens it asks for; undefined: none. */
  readonly admission: Admission | undefined;
  /** What its operator calls its region, if anything. */
  readonly region: string | undefined;
  /** The key that its operator signs the list of routers with, base64url; undefined: there is no list. */
  readonly regionsKey: string | undefined;
}

/**
 * What the JSON of `/.well-known/sotto.json` says (PROTOCOL section 3). Throws CallError `version-unknown`, or
 * `router-unreachable` when it is of no router.
 */
export function readRouterInfo(json: unknown): RouterInfo {
  const versioned = z.object({ version: z.int() }).safeParse(json);
  if (!versioned.success) throw new CallError('router-unreachable');
  if (versioned.data.version !== protocolVersion) throw new CallError('version-unknown');
  const parsed = wellKnown.safeParse(json);
  if (!parsed.success) throw new CallError('router-unreachable', { cause: parsed.error });
  const { routerKey, admission, region, regionsKey } = parsed.data;
  return { routerKey, admission, region, regionsKey };
}
