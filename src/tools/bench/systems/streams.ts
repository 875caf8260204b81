import type { Params } from '../../../shared/protocol/requests.ts';
import type { StreamForm } from '../peer/packet-sender.ts';

type RtpParameters = Params<'producer.create'>['rtpParameters'];

/** What is sent: sound as a microphone does, or a picture as a camera does. */
export const mediaKinds = ['sound', 'picture'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** What every peer calls the codecs and the repeats, whatever the system. */
export const payloadTypes = { sound: 100, picture: 101, repeats: 102 } as const;
/** Its id of the transport-wide sequence number, and what that is called. */
export const transportWideId = 5;
export const transportWideUri = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/**
 * A stream as a browser would offer it. Picture: VP8 with three frame rates, repeats, and transport-wide feedback. Sound: Opus,
 * without feedback on the line.
 */
export function streamParameters(kind: MediaKind, { ssrc, rtxSsrc }: { ssrc: number; rtxSsrc: number }): RtpParameters {
  const { sound, picture, repeats } = payloadTypes;
  if (kind === 'sound')
    return {
      codecs: [
        {
          mimeType: 'audio/opus',
          payloadType: sound,
          clockRate: 48_000,
          channels: 2,
          rtcpFeedback: [{ type: 'nack' }],
        },
      ],
      encodings: [{ ssrc }],
    };
  const rtcpFeedback = [
    { type: 'nack' },
    { type: 'nack', parameter: 'pli' },
    { type: 'ccm', parameter: 'fir' },
    { type: 'transport-cc' },
  ];
  return {
    codecs: [
      { mimeType: 'video/VP8', payloadType: picture, clockRate: 90_000, rtcpFeedback },
      {
        mimeType: 'video/rtx',
        payloadType: repeats,
        clockRate: 90_000,
        parameters: { apt: picture },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [{ uri: transportWideUri, id: transportWideId }],
    encodings: [{ ssrc, rtx: { ssrc: rtxSsrc }, scalabilityMode: 'L1T3' }],
  };
}

/** How its packets look. */
export function formOf(kind: MediaKind, ssrc: number): StreamForm {
  return {
    kind,
    ssrc,
    payloadType: payloadTypes[kind],
    transportWide: kind === 'picture' ? transportWideId : undefined,
  };
}

/** The SSRC and the id of the transport-wide sequence number of what goes out to a receiver. */
export function sentAs({ encodings, headerExtensions }: RtpParameters): {
  ssrc: number;
  transportWide: number | undefined;
} {
  const ssrc = encodings?.[0]?.ssrc;
  if (ssrc === undefined) throw new Error('A consumer without an SSRC.');
  return { ssrc, transportWide: headerExtensions?.find(({ uri }) => uri === transportWideUri)?.id };
}
