import { z } from 'zod';
import { requestErrors } from '../../shared/protocol/errors.ts';

/** What media go over in a self-call, in the order in which it is tried. */
export const transports = ['udp', 'tcp'] as const;
export type Transport = (typeof transports)[number];

/** How far a self-call came that failed, in order; what each means is said in `words.ts`. */
export const stages = [
  'draining',
  'signalling',
  'router-key',
  'join',
  'path',
  'dtls',
  'keys',
  'media',
  'sealing',
] as const;
export type Stage = (typeof stages)[number];

const failedSchema = z.strictObject({
  ok: z.literal(false),
  at: z.enum(stages),
  /** Why the router refused, at `join`. */
  code: z.enum(requestErrors).optional(),
});
const passedSchema = z.strictObject({
  ok: z.literal(true),
  /** From the start until the first frame opened at the far side. */
  seconds: z.number().min(0),
  /** Of each frame, from before it went out of the one participant until it had come to the other. */
  delays: z.array(z.number().min(0)).max(100).readonly(),
});

/** What came of a call over one transport. Nothing of it names anybody: the participants were the program's own. */
const attemptSchema = z.discriminatedUnion('ok', [passedSchema, failedSchema]);
export type Attempt = z.output<typeof attemptSchema>;
export type Failed = z.output<typeof failedSchema>;

/** What came of a self-call. */
export const selfCallSchema = z.strictObject({ udp: attemptSchema, tcp: attemptSchema });
export type SelfCall = z.output<typeof selfCallSchema>;
