import { z } from 'zod';
import { regionName } from '../regions/region-list.ts';

/** Which tokens a router asks for (PROTOCOL section 7, "Admission"). */
const admission = z.object({
  issuerUrl: z.url({ protocol: /^https?$/ }),
  issuerName: z.string(),
  routerName: z.string(),
  /** The issuer's keys of the present and the next epoch, DER, base64url. */
  issuerKeys: z.array(z.string()),
});
export type Admission = z.output<typeof admission>;

/**
 * `/.well-known/sotto.json` of this version (PROTOCOL section 3). Without `admission` the router is open. `regionsKey`: who signs
 * its list of routers; without, it has none.
 */
export const wellKnown = z.object({
  routerKey: z.string(),
  admission: admission.exactOptional(),
  region: regionName.exactOptional(),
  regionsKey: z.string().exactOptional(),
});

/** An issuer's directory (RFC 9578 section 4), with the time that each key ends. Times in seconds since 1970. */
export const issuerDirectory = z.object({
  'token-keys': z.array(
    z.object({
      'token-type': z.literal(2),
      'token-key': z.string().max(2_000),
      'not-before': z.int(),
      'not-after': z.int(),
    }),
  ),
});
