import { z } from 'zod';
import { limits } from './limits.ts';
import { rtpParameters } from './media-parameters.ts';
import { deliveries, layers, mediaId, source } from './wire.ts';

/**
 * Everything that a router holds on one participant at one moment (PROTOCOL section 7, "Inventory"). Plain JSON
 * throughout: ids are base64url text, so that whoever prints it sees all of it. `test/integration/inventory.test.ts`
 * compares it with every field that the router's process really has.
 */

const count = z.int().min(0);
const idText = z.string().max(43);
const ip = z.string().max(64);
const port = z.int().min(0).max(65_535);
const uint32 = z.int().min(0).max(4_294_967_295);
const score = z.int().min(0).max(10);
const layer = z.strictObject({ spatial: count, temporal: count });

const transport = z.strictObject({
  direction: z.enum(['send', 'receive']),
  transportId: mediaId,
  iceState: z.enum(['new', 'connected', 'completed', 'disconnected', 'closed']),
  dtlsState: z.enum(['new', 'connecting', 'connected', 'failed', 'closed']),
  /** Where media comes from and goes to now; null before there is a path. Of others that the client tried, the engine tells nothing. */
  address: z.strictObject({ ip, port, protocol: z.enum(['udp', 'tcp']) }).nullable(),
  /** SHA-256 of the certificate that the client showed, in hex with colons; null before it has. */
  clientFingerprint: z.string().max(128).nullable(),
  bytesReceived: count,
  bytesSent: count,
  /** What the way to the client is thought to carry, in bits a second; null before anything has gone out. */
  lineBitrate: count.nullable(),
});

const ownSource = z.strictObject({
  source,
  paused: z.boolean(),
  producerId: mediaId,
  rtpParameters,
  /** How well each layer arrives, from 0 to 10, as the media process judges. */
  scores: z.array(score).max(4),
  /** How many of the others receive it. */
  receivers: count,
  /** What of it somebody wants, as its owner was told last; null: nothing, or nothing was told (audio never is). */
  wantedTold: layers.nullable(),
});

const subscription = z.strictObject({
  participantId: idText,
  source,
  consumerId: mediaId,
  /** What the stream (and its retransmission) is called in RTP headers towards this participant. */
  ssrcs: z.array(uint32).max(8),
  paused: z.boolean(),
  priority: count,
  /** How well it arrives, from 0 to 10. */
  score,
  /** Which layer was asked for, and which goes out; null where there is no choice, or nothing goes out. */
  layerWanted: layer.nullable(),
  layerSent: layer.nullable(),
  /** What the participant was told of it last; null: nothing yet (of audio there is nothing to tell). */
  told: z.strictObject({ layers: layers.nullable(), why: z.enum(deliveries) }).nullable(),
  /** How many key frames the participant may still ask for at once. */
  keyFrameAllowance: count,
});

export const inventory = z.strictObject({
  participantId: idText,
  call: z.strictObject({
    callId: idText,
    /** Whole minutes since 1970 (UTC). */
    startedAt: count,
    participants: count,
  }),
  socket: z.strictObject({
    /** As the router's end of the TCP connection sees it; null when that has just gone. */
    address: z.strictObject({ ip, port }).nullable(),
    /** Handshakes from this address are counted at the moment, under an HMAC of it (section 4 step 6). */
    handshakesCounted: z.boolean(),
    /** Milliseconds since anything came from the client. */
    lastHeardMs: count,
    unsentBytes: count,
  }),
  session: z.strictObject({
    /** The sealed channel's key and both its cookies are held: without them no answer could be sealed. */
    channelKeysHeld: z.boolean(),
    /** Id of the last request. */
    lastRequest: count,
    /** Requests that wait for their answer, this one included. */
    unanswered: count,
    /** Notices that wait for the answer to the join. */
    noticesHeldBack: count,
  }),
  /** The SHA-256 of a rejoin ticket for this participant is held ("Tickets"). */
  rejoinTicketHashHeld: z.boolean(),
  transports: z.array(transport).max(2),
  sources: z.array(ownSource).max(4),
  subscriptions: z.array(subscription).max(limits.inventorySubscriptions),
  subscriptionsInAll: count,
  relays: z.strictObject({
    /** Waiting to go out to this participant, and their bytes. */
    waiting: count,
    bytes: count,
    /** How many this participant may still send at once. */
    allowance: count,
  }),
  /** How many subscriptions the participant may still set at once. */
  subscriptionAllowance: count,
});
export type Inventory = z.output<typeof inventory>;
