import { z } from 'zod';
import { isProfileName, type ProfileName } from './profiles.ts';

/** What passes between the tool and the process of its relays. Both are the same program: parsed, so that neither guesses. */
const network = z.custom<ProfileName>((name) => typeof name === 'string' && isProfileName(name));

export const order = z.strictObject({
  id: z.int(),
  what: z.discriminatedUnion('does', [
    z.strictObject({ does: z.literal('line'), number: z.int(), network }),
    z.strictObject({ does: z.literal('port'), number: z.int(), address: z.string(), port: z.int() }),
    z.strictObject({ does: z.literal('dial'), number: z.int(), network }),
    z.strictObject({ does: z.literal('begin') }),
    z.strictObject({ does: z.literal('report') }),
  ]),
});

export type Order = z.output<typeof order>['what'];

const counts = z.strictObject({
  packets: z.int(),
  lost: z.int(),
  overflowed: z.int(),
  cut: z.int(),
  duplicated: z.int(),
});

/** What each order is answered with. */
export const answers = {
  line: z.strictObject({ routerUrl: z.string() }),
  port: z.strictObject({ port: z.int() }),
  dial: z.strictObject({}),
  begin: z.strictObject({}),
  report: z.strictObject({
    /** How late the relays were with 95 of 100 packets at most, in ms: what they add to the delays that were dialled. */
    lateMs: z.number(),
    lines: z.array(z.strictObject({ participant: z.int(), network, up: counts, down: counts })),
  }),
};

export type Answers = { readonly [D in Order['does']]: z.output<(typeof answers)[D]> };

export const answer = z.strictObject({ id: z.int(), result: z.unknown() });
