import { z } from 'zod';
import { mediaKinds } from '../systems/streams.ts';
import { systemNames } from '../systems/system.ts';

/** What a probe is told to do. `from`: the first three numbers of the loopback addresses of its peers. */
export const probeOrder = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('connect'),
    address: z.strictObject({ name: z.enum(systemNames), url: z.string(), key: z.string() }),
    media: z.enum(mediaKinds),
    bytes: z.int(),
    from: z.string(),
  }),
  z.strictObject({ do: z.literal('start') }),
  z.strictObject({ do: z.literal('look') }),
  z.strictObject({ do: z.literal('stop') }),
]);
export type ProbeOrder = z.output<typeof probeOrder>;

/** How long each packet was under way that came since the last look, in ms; of the other orders nothing. */
export const probeAnswer = z.strictObject({ delaysMs: z.array(z.number()) });
export type ProbeAnswer = z.output<typeof probeAnswer>;
