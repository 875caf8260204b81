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
 * The profile `opus-vp8` (PROTOCOL section 9): which codecs and header extensions are negotiated, and how what a client
 * sends is rebuilt from the profile, so that no text of one client reaches the session description of another.
 */

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 0 } };
const vp8 = { mimeType: 'video/VP8', clockRate: 90_000 };
const rtx = { mimeType: 'video/rtx', clockRate: 90_000 };

export const profileCodecs: readonly RouterRtpCodecCapability[] = [
  { kind: 'audio', ...opus },
  { kind: 'video', ...vp8 },
];

/**
 * Which stream a packet is of, and what congestion control needs. Not among them, though the engine has them: the audio
 * level (who speaks, how loudly), the capture time (it kept simulcast on its lowest layer), orientation, playout delay.
 */
const profileExtensions: readonly RtpHeaderExtensionUri[] = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
];

const midForm = /^[\w-]{1,32}$/;
const ridForm = /^[A-Za-z0-9]{1,16}$/;
const scalabilityForm = /^L1T[123]$/;
/** Most simulcast layers of one video. */
const mostLayers = 3;
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
  if (encodings.length < 1 || encodings.length > (kind === 'audio' ? 1 : mostLayers))
    throw new CodedError('source-refused');
  return {
    ...(mid === undefined ? {} : { mid }),
    codecs: kind === 'audio' ? audioCodecs(client) : videoCodecs(client),
    headerExtensions: headerExtensions.map(({ uri, id }) => ({
      uri: extension(uri),
      id,
      encrypt: false,
      parameters: {},
    })),
    encodings: encodings.map(
      encodings.length === 1 && client.codecs.some((own) => is(own, vp8)) ? onlyEncoding : encoding,
    ),
    rtcp: { reducedSize: true },
  };
}

type Codec = RtpParameters['codecs'][number];

function audioCodecs({ codecs }: RtpParameters): EngineParameters['codecs'] {
  const [codec, ...others] = codecs;
  if (codec === undefined || others.length > 0 || !is(codec, opus)) throw new CodedError('source-refused');
  return [{ ...opus, payloadType: codec.payloadType, rtcpFeedback: [feedback('transport-cc')] }];
}

function videoCodecs({ codecs }: RtpParameters): EngineParameters['codecs'] {
  const [codec, repair, ...others] = codecs;
  if (codec === undefined || others.length > 0 || !is(codec, vp8)) throw new CodedError('source-refused');
  const { payloadType } = codec;
  const rtcpFeedback = [feedback('nack'), feedback('nack', 'pli'), feedback('ccm', 'fir'), feedback('transport-cc')];
  const video = { ...vp8, payloadType, parameters: {}, rtcpFeedback };
  if (repair === undefined) return [video];
  if (!is(repair, rtx) || repair.parameters?.['apt'] !== payloadType) throw new CodedError('source-refused');
  return [video, { ...rtx, payloadType: repair.payloadType, parameters: { apt: payloadType }, rtcpFeedback: [] }];
}

function is(codec: Codec, wanted: { mimeType: string; clockRate: number; channels?: number }): boolean {
  return (
    codec.mimeType.toLowerCase() === wanted.mimeType.toLowerCase() &&
    codec.clockRate === wanted.clockRate &&
    codec.channels === wanted.channels
  );
}

function extension(client: string): RtpHeaderExtensionUri {
  const uri = profileExtensions.find((known) => known === client);
  if (uri === undefined) throw new CodedError('source-refused');
  return uri;
}

function encoding(client: NonNullable<RtpParameters['encodings']>[number]): RtpEncodingParameters {
  const { ssrc, rid, rtx: repair, scalabilityMode, maxBitrate } = client;
  if (rid !== undefined && !ridForm.test(rid)) throw new CodedError('source-refused');
  if (scalabilityMode !== undefined && !scalabilityForm.test(scalabilityMode)) throw new CodedError('source-refused');
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
function onlyEncoding(client: NonNullable<RtpParameters['encodings']>[number]): RtpEncodingParameters {
  const { scalabilityMode = 'L1T1', ...rest } = encoding(client);
  return { ...rest, scalabilityMode: scalabilityMode === 'L1T1' ? 'L1T2' : scalabilityMode };
}

function feedback(type: string, parameter?: string): { type: string; parameter?: string } {
  return parameter === undefined || parameter === '' ? { type } : { type, parameter };
}
