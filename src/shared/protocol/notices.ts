import { z } from 'zod';
import { limits } from './limits.ts';
import { bytesField, deliveries, layers, participantId, source } from './wire.ts';

const sourceOf = z.strictObject({ participantId, source });

/** Everything the router tells a client unasked (PROTOCOL section 8). */
export const notices = {
  'participant.joined': z.strictObject({ participantId }),
  'participant.left': z.strictObject({ participantId }),
  'source.opened': sourceOf,
  'source.paused': sourceOf,
  'source.resumed': sourceOf,
  'source.closed': sourceOf,
  'relay.received': z.strictObject({
    list: z.array(z.strictObject({ from: participantId, bytes: bytesField(limits.relayToOneBytes, 1) })),
  }),
  'subscription.changed': z.strictObject({
    participantId,
    source,
    layers: layers.nullable(),
    why: z.enum(deliveries),
  }),
  'source.wanted': z.strictObject({ source, layers: layers.nullable() }),
  'router.draining': z.strictObject({ secondsLeft: z.int() }),
} as const;

export type NoticeName = keyof typeof notices;
export type NoticeParams<N extends NoticeName> = z.output<(typeof notices)[N]>;
/** A notice as a union, told apart by `notice`. */
export type Notice = { [N in NoticeName]: { readonly notice: N; readonly params: NoticeParams<N> } }[NoticeName];
