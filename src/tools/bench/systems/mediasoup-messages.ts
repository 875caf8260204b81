import { z } from 'zod';
import {
  dtlsParameters,
  iceCandidates,
  iceParameters,
  rtpParameters,
} from '../../../shared/protocol/media-parameters.ts';

/** What is asked of the bare mediasoup. */
export const mediasoupRequest = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('transport') }),
  z.strictObject({ do: z.literal('connect'), transport: z.string(), fingerprint: z.string() }),
  z.strictObject({
    do: z.literal('produce'),
    transport: z.string(),
    kind: z.enum(['audio', 'video']),
    rtpParameters,
  }),
  z.strictObject({ do: z.literal('consume'), transport: z.string(), producer: z.string() }),
  z.strictObject({ do: z.literal('resume'), consumer: z.string() }),
]);
export type MediasoupRequest = z.output<typeof mediasoupRequest>;

/** Told by the process when it is ready: where it listens, and its worker. */
export const mediasoupReady = z.strictObject({ port: z.int(), pid: z.int() });

/** Its answers. The engine says more than the wire of ours carries. */
export const mediasoupAnswers = {
  transport: z.object({ id: z.string(), iceParameters: iceParameters.loose(), iceCandidates, dtlsParameters }),
  produce: z.object({ id: z.string() }),
  consume: z.object({ id: z.string(), rtpParameters: z.unknown() }),
} as const;
