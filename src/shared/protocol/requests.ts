import { z } from 'zod';
import { inventory } from './inventory.ts';
import { limits } from './limits.ts';
import { dtlsParameters, iceCandidates, iceParameters, rtpCapabilities, rtpParameters } from './media-parameters.ts';
import { bytesField, callId, layers, mediaId, participantId, source } from './wire.ts';

/** Named sets of codecs and header extensions, so that no client describes its own browser to the router. */
const mediaProfiles = ['opus-vp8-vp9-av1'] as const;

/** Heights in pixels that a subscription can ask for; the layer granted is the largest that is not above. */
const heightSteps = [90, 180, 360, 720, 1080] as const;

const nothing = z.strictObject({});
const direction = z.enum(['send', 'receive']);
const sourceOf = z.strictObject({ participantId, source });

const signature = bytesField(64, 64);
const token = bytesField(limits.tokenBytes, limits.tokenBytes).exactOptional();
const ticket = bytesField(limits.ticketBytes, limits.ticketBytes);
const nonce = bytesField(limits.nonceBytes, limits.nonceBytes);
const run = bytesField(limits.runBytes, limits.runBytes);
const openSource = z.strictObject({ source, paused: z.boolean() });
const transport = z.strictObject({ transportId: mediaId, iceParameters, iceCandidates, dtlsParameters });

/** What every join is answered with. */
const joined = z.strictObject({
  participantId,
  others: z.array(z.strictObject({ participantId, sources: z.array(openSource) })),
  rtpCapabilities,
  participantLimit: z.int(),
  /** Good for one `call.rejoin`. */
  ticket,
  /** Drawn when the call started on this router: the same for as long as it runs there. */
  run,
});

/** What is one's own and still stands, so that what was asked on the lost socket need not be guessed. */
const own = z.strictObject({
  transports: z.array(transport.extend({ direction, connected: z.boolean() })).max(2),
  sources: z.array(openSource.extend({ producerId: mediaId })).max(4),
});

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
    params: z.strictObject({
      callId,
      signature,
      token,
      profile: z.enum(mediaProfiles),
      /** Ed25519 public key, made by the client for this one seat. */
      seatKey: bytesField(32, 32),
      seatSignature: bytesField(64, 64),
      /** Of whoever had the seat of this key before: the `run` that it was in. */
      lastRun: run.exactOptional(),
    }),
    result: joined,
  },
  'call.rejoin': {
    params: z.strictObject({ ticket }),
    result: joined.extend({
      /** `consumerId`: of one's own consumer of that source; null when there is none. */
      others: z.array(
        z.strictObject({
          participantId,
          sources: z.array(openSource.extend({ consumerId: mediaId.nullable() })),
        }),
      ),
      own,
    }),
  },
  'call.peek': {
    params: z.strictObject({ callId, signature, token }),
    result: z.strictObject({
      /** Null: nobody is in it. `startedAt`: whole minutes since 1970 (UTC). `state`: the last sealed call state, if there is one. */
      call: z
        .strictObject({
          startedAt: z.int().min(0),
          full: z.boolean(),
          state: bytesField(limits.callStateBytes, 1).nullable(),
        })
        .nullable(),
    }),
  },
  'router.info': {
    params: z.strictObject({ nonce }),
    /** Whether it starts calls now, or why not; and what was asked with: no answer can be ahead of its question. */
    result: z.strictObject({ newCalls: z.enum(['ready', 'draining', 'busy']), nonce }),
  },
  'call.leave': { params: nothing, result: nothing },
  'transport.create': {
    params: z.strictObject({ direction }),
    result: transport,
  },
  'transport.connect': { params: z.strictObject({ direction, dtlsParameters }), result: nothing },
  'transport.restart-ice': { params: z.strictObject({ direction }), result: z.strictObject({ iceParameters }) },
  'producer.create': {
    params: z.strictObject({ source, rtpParameters }),
    result: z.strictObject({ producerId: mediaId }),
  },
  'producer.pause': { params: z.strictObject({ source }), result: nothing },
  'producer.resume': { params: z.strictObject({ source }), result: nothing },
  'producer.close': { params: z.strictObject({ source }), result: nothing },
  'subscription.set': {
    params: subscription,
    result: z.strictObject({
      consumer: consumer.nullable(),
      /** Goes out now, or from the next key frame on; null: none does, or there is no choice (audio). */
      granted: layers.nullable(),
    }),
  },
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
  'state.update': { params: z.strictObject({ state: bytesField(limits.callStateBytes, 1) }), result: nothing },
  inventory: {
    /** `from`: how many of the subscriptions to leave out, since one answer holds 100 of them. */
    params: z.strictObject({ from: z.int().min(0) }),
    result: inventory,
  },
} as const;

export type RequestName = keyof typeof requests;
export type Params<N extends RequestName> = z.output<(typeof requests)[N]['params']>;
export type Result<N extends RequestName> = z.output<(typeof requests)[N]['result']>;
