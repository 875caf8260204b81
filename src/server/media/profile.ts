import type {
  RouterRtpCapabilities,
  RouterRtpCodecCapability,
  RtpCapabilities as EngineCapabilities,
  RtpEncodingParameters,
  RtpHeaderExtensionUri,
  RtpParameters as EngineParameters,
} from 'mediasoup/types';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { MediaKind, RtpParameters } from './types.ts';

/**
 * The profile `opus-vp8-vp9-av1` (PROTOCOL section 9): which codecs and header extensions are negotiated, and how what a client
 * sends is rebuilt from the profile, so that no text of one client reaches the session description of another.
 */

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 0 } };
const rtx = { mimeType: 'video/rtx', clockRate: 90_000 };

/** Layers in one stream (W3C Scalable Video Coding): of one size, or of up to three that need each other at key frames only (k-SVC). */
const oneSize = /^L1T[123]$/;
const kSvc = /^(L1T[123]|L[23]T[123]_KEY)$/;

/** Codecs of video, the form of their layers, and in how many streams (simulcast) one video may come at most. */
const videos = [
  { codec: { mimeType: 'video/VP8', clockRate: 90_000, parameters: {} }, layers: oneSize, mostStreams: 3 },
  {
    codec: { mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
    layers: kSvc,
    mostStreams: 1,
  },
  { codec: { mimeType: 'video/AV1', clockRate: 90_000, parameters: {} }, layers: kSvc, mostStreams: 1 },
] as const;

export const profileCodecs: readonly RouterRtpCodecCapability[] = [
  { kind: 'audio', ...opus },
  ...videos.map(({ codec }) => ({ kind: 'video' as const, ...codec })),
];

/**
 * Which stream a packet is of, what congestion control needs, and which layer of AV1 a packet is of. Not among them, though the engine has them: the audio
 * level (who speaks, how loudly), the capture time (it kept simulcast on its lowest layer), orientation, playout delay.
 */
const profileExtensions: readonly RtpHeaderExtensionUri[] = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
];

const midForm = /^[\w-]{1,32}$/;
const ridForm = /^[A-Za-z0-9]{1,16}$/;
/** Most that an encoding may claim to need, in bits a second: the engine probes receivers' lines for as much. */
const mostBitrate = 3_000_000;

/** The engine's capabilities, without what the profile does not need. */
export function profileCapabilities({ codecs = [], headerExtensions = [] }: RouterRtpCapabilities): EngineCapabilities {
  return {
    codecs: codecs.map(({ preferredPayloadType = 0, rtcpFeedback = [], ...codec }) => ({
      ...codec,
      preferredPayloadType,
      rtcpFeedback: rtcpFeedback
        .filter(({ type }) => type !== 'goog-remb')
        .map((own) => feedback(own.type, own.parameter)),
    })),
    headerExtensions: headerExtensions.filter(({ uri }) => profileExtensions.includes(uri)),
  };
}

/**
 * What a client wants to send, rebuilt from the profile: of the client's own only numbers, and words of a fixed form.
 * Throws CodedError `source-refused` when it is of another codec, has other extensions, or more layers.
 */
export function profileParameters(kind: MediaKind, client: RtpParameters): EngineParameters {
  const { mid, headerExtensions = [], encodings = [] } = client;
  if (mid !== undefined && !midForm.test(mid)) throw new CodedError('source-refused');
  const { codecs, layers, mostStreams } = kind === 'audio' ? audio(client) : video(client);
  if (encodings.length < 1 || encodings.length > mostStreams) throw new CodedError('source-refused');
  const rebuild = kind === 'video' && layers === oneSize && encodings.length === 1 ? onlyEncoding : encoding;
  return {
    ...(mid === undefined ? {} : { mid }),
    codecs,
    headerExtensions: headerExtensions.map(({ uri, id }) => ({
      uri: extension(uri),
      id,
      encrypt: false,
      parameters: {},
    })),
    encodings: encodings.map((own) => rebuild(own, layers)),
    rtcp: { reducedSize: true },
  };
}

type Codec = RtpParameters['codecs'][number];

/** What is made of a client's codecs, and what its streams may be. */
interface Rebuilt {
  readonly codecs: EngineParameters['codecs'];
  /** Form of a scalability mode. */
  readonly layers: RegExp;
  readonly mostStreams: number;
}

function audio({ codecs }: RtpParameters): Rebuilt {
  const [codec, ...others] = codecs;
  if (codec === undefined || others.length > 0 || !is(codec, opus)) throw new CodedError('source-refused');
  const rebuilt = { ...opus, payloadType: codec.payloadType, rtcpFeedback: [feedback('nack')] };
  return { codecs: [rebuilt], layers: oneSize, mostStreams: 1 };
}

function video({ codecs }: RtpParameters): Rebuilt {
  const [codec, repair, ...others] = codecs;
  const known = codec && videos.find((one) => is(codec, one.codec));
  if (codec === undefined || known === undefined || others.length > 0) throw new CodedError('source-refused');
  const { payloadType } = codec;
  const rtcpFeedback = [feedback('nack'), feedback('nack', 'pli'), feedback('ccm', 'fir'), feedback('transport-cc')];
  const rebuilt = { ...known.codec, payloadType, rtcpFeedback };
  if (repair === undefined) return { ...known, codecs: [rebuilt] };
  if (!is(repair, rtx) || repair.parameters?.['apt'] !== payloadType) throw new CodedError('source-refused');
  const { payloadType: repairType } = repair;
  return {
    ...known,
    codecs: [rebuilt, { ...rtx, payloadType: repairType, parameters: { apt: payloadType }, rtcpFeedback: [] }],
  };
}

function is(codec: Codec, wanted: { mimeType: string; clockRate: number; channels?: number }): boolean {
  // Where a codec has profiles, the first is the one that every browser has.
  const { 'profile-id': vp9 = 0, profile: av1 = 0 } = codec.parameters ?? {};
  return (
    codec.mimeType.toLowerCase() === wanted.mimeType.toLowerCase() &&
    codec.clockRate === wanted.clockRate &&
    codec.channels === wanted.channels &&
    vp9 === 0 &&
    av1 === 0
  );
}

function extension(client: string): RtpHeaderExtensionUri {
  const uri = profileExtensions.find((known) => known === client);
  if (uri === undefined) throw new CodedError('source-refused');
  return uri;
}

function encoding(client: NonNullable<RtpParameters['encodings']>[number], layers: RegExp): RtpEncodingParameters {
  const { ssrc, rid, rtx: repair, scalabilityMode, maxBitrate } = client;
  if (rid !== undefined && !ridForm.test(rid)) throw new CodedError('source-refused');
  if (scalabilityMode !== undefined && !layers.test(scalabilityMode)) throw new CodedError('source-refused');
  return {
    ...(ssrc === undefined ? {} : { ssrc }),
    ...(rid === undefined ? {} : { rid }),
    ...(repair === undefined ? {} : { rtx: repair }),
    ...(scalabilityMode === undefined ? {} : { scalabilityMode }),
    ...(maxBitrate === undefined ? {} : { maxBitrate: Math.min(Math.max(0, Math.round(maxBitrate)), mostBitrate) }),
  };
}

/**
 * The engine leaves a video alone that has no layers at all, however weak a receiver's line is, and audio would suffer. One
 * that is said to have two frame rates can be stopped, and flows as before if it has only one.
 */
function onlyEncoding(client: NonNullable<RtpParameters['encodings']>[number], layers: RegExp): RtpEncodingParameters {
  const { scalabilityMode = 'L1T1', ...rest } = encoding(client, layers);
  return { ...rest, scalabilityMode: scalabilityMode === 'L1T1' ? 'L1T2' : scalabilityMode };
}

function feedback(type: string, parameter?: string): { type: string; parameter?: string } {
  return parameter === undefined || parameter === '' ? { type } : { type, parameter };
}
