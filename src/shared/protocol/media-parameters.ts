import { z } from 'zod';

/** RTP, DTLS and ICE parameters as mediasoup and mediasoup-client exchange them (ORTC dictionaries), bounded. */

const word = z.string().max(64);
const port = z.int().min(1).max(65_535);
const uint8 = z.int().min(0).max(255);
const uint32 = z.int().min(0).max(4_294_967_295);

const codecSettings = z
  .record(word, z.union([word, z.number(), z.null()]))
  .refine((settings) => Object.keys(settings).length <= 16);
const rtcpFeedback = z.array(z.strictObject({ type: word, parameter: word.exactOptional() })).max(16);

const codec = z.strictObject({
  mimeType: word,
  payloadType: uint8,
  clockRate: uint32,
  channels: uint8.exactOptional(),
  parameters: codecSettings.exactOptional(),
  rtcpFeedback: rtcpFeedback.exactOptional(),
});

const headerExtension = z.strictObject({
  uri: z.string().max(128),
  id: uint8,
  encrypt: z.boolean().exactOptional(),
  parameters: codecSettings.exactOptional(),
});

const encoding = z.strictObject({
  ssrc: uint32.exactOptional(),
  rid: word.exactOptional(),
  codecPayloadType: uint8.exactOptional(),
  rtx: z.strictObject({ ssrc: uint32 }).exactOptional(),
  dtx: z.boolean().exactOptional(),
  scalabilityMode: word.exactOptional(),
  scaleResolutionDownBy: z.number().exactOptional(),
  maxBitrate: z.number().exactOptional(),
  maxFramerate: z.number().exactOptional(),
  active: z.boolean().exactOptional(),
  adaptivePtime: z.boolean().exactOptional(),
  priority: word.exactOptional(),
  networkPriority: word.exactOptional(),
});

export const rtpParameters = z.strictObject({
  mid: word.exactOptional(),
  codecs: z.array(codec).min(1).max(8),
  headerExtensions: z.array(headerExtension).max(16).exactOptional(),
  encodings: z.array(encoding).max(4).exactOptional(),
  rtcp: z
    .strictObject({
      cname: word.exactOptional(),
      reducedSize: z.boolean().exactOptional(),
      mux: z.boolean().exactOptional(),
    })
    .exactOptional(),
  msid: z.string().max(128).exactOptional(),
});

export const rtpCapabilities = z.strictObject({
  codecs: z
    .array(
      z.strictObject({
        kind: z.enum(['audio', 'video']),
        mimeType: word,
        preferredPayloadType: uint8,
        clockRate: uint32,
        channels: uint8.exactOptional(),
        parameters: codecSettings.exactOptional(),
        rtcpFeedback: rtcpFeedback.exactOptional(),
      }),
    )
    .max(32),
  headerExtensions: z
    .array(
      z.strictObject({
        kind: z.enum(['audio', 'video']),
        uri: z.string().max(128),
        preferredId: uint8,
        preferredEncrypt: z.boolean().exactOptional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).exactOptional(),
      }),
    )
    .max(32),
});

export const dtlsParameters = z.strictObject({
  role: z.enum(['auto', 'client', 'server']),
  fingerprints: z
    .array(
      z.strictObject({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().max(256),
      }),
    )
    .min(1)
    .max(8),
});

export const iceParameters = z.strictObject({
  usernameFragment: z.string().max(256),
  password: z.string().max(256),
  iceLite: z.boolean(),
});

export const iceCandidates = z
  .array(
    z.strictObject({
      foundation: word,
      priority: uint32,
      ip: word,
      address: word,
      protocol: z.enum(['udp', 'tcp']),
      port,
      type: z.enum(['host']),
      tcpType: z.enum(['passive']).exactOptional(),
    }),
  )
  .max(16);
