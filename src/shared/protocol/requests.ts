import { z } from 'zod';
import { limits } from './limits.ts';
import { dtlsParameters, iceCandidates, iceParameters, rtpCapabilities, rtpParameters } from './media-parameters.ts';
import { bytesField, callId, mediaId, participantId, source } from './wire.ts';

/** Named sets of codecs and header extensions, so that no client describes its own browser to the router. */
const mediaProfiles = ['opus-vp8'] as const;

/** Heights in pixels that a subscription can ask for; the layer granted is the largest that is not above. */
const heightSteps = [90, 180, 360, 720, 1080] as const;

const nothing = z.strictObject({});
const direction = z.enum(['send', 'receive']);
const sourceOf = z.strictObject({ participantId, source });

const subscription = z.strictObject({
  participantId,
  source,
  /** Null ends the subscription. For audio the numbers mean nothing. */
  wanted: z
    .strictObject({
      height: z.union(heightSteps.map((step) => z.literal(step))),
      framesPerSecond: z.int().min(1).max(60),
    })
    .nullable(),
  /** 0 is served last, 255 first. */
  priority: z.int().min(0).max(255),
});

const consumer = z.strictObject({
  consumerId: mediaId,
  producerId: mediaId,
  rtpParameters,
});

/** Every request a client can send: its parameters and its one result (PROTOCOL section 7). */
export const requests = {
  'call.join': {
    params: z.strictObject({ callId, signature: bytesField(64, 64), profile: z.enum(mediaProfiles) }),
    result: z.strictObject({
      participantId,
      others: z.array(
        z.strictObject({ participantId, sources: z.array(z.strictObject({ source, paused: z.boolean() })) }),
      ),
      rtpCapabilities,
      participantLimit: z.int(),
    }),
  },
  'call.leave': { params: nothing, result: nothing },
  'transport.create': {
    params: z.strictObject({ direction }),
    result: z.strictObject({ transportId: mediaId, iceParameters, iceCandidates, dtlsParameters }),
  },
  'transport.connect': { params: z.strictObject({ direction, dtlsParameters }), result: nothing },
  'producer.create': {
    params: z.strictObject({ source, rtpParameters }),
    result: z.strictObject({ producerId: mediaId }),
  },
  'producer.pause': { params: z.strictObject({ source }), result: nothing },
  'producer.resume': { params: z.strictObject({ source }), result: nothing },
  'producer.close': { params: z.strictObject({ source }), result: nothing },
  'subscription.set': { params: subscription, result: z.strictObject({ consumer: consumer.nullable() }) },
  'consumer.resume': { params: sourceOf, result: nothing },
  'consumer.request-key-frame': { params: sourceOf, result: nothing },
  'relay.send': {
    params: z.union([
      z.strictObject({ toAll: bytesField(limits.relayToAllBytes, 1) }),
      z.strictObject({
        list: z
          .array(z.strictObject({ to: participantId, bytes: bytesField(limits.relayToOneBytes, 1) }))
          .min(1)
          .max(limits.participants),
      }),
    ]),
    result: nothing,
  },
} as const;

export type RequestName = keyof typeof requests;
export type Params<N extends RequestName> = z.output<(typeof requests)[N]['params']>;
export type Result<N extends RequestName> = z.output<(typeof requests)[N]['result']>;
