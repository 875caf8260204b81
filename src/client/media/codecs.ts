import type { types } from 'mediasoup-client';
import { videoCodecs, type FrameCodec } from '../encryption/messages.ts';

/** Average bitrate of speech, in bits a second: 160 bytes for each 40 ms. Higher sounds better and costs everybody more. */
const opusBitrate = 32_000;
/**
 * Sound in one packet, in ms. What goes around it (IP to SFrame, 90 bytes) takes 18 kbit/s so, with 20 ms it took 36, more than
 * the speech itself: that is what somebody hears on a narrow line. Longer costs less and is later, and a lost one is missed more.
 */
const packetMs = 40;

/**
 * How Opus is sent, whatever the router would like (RFC 7587 section 6.1): constant bitrate and never silent, so that
 * neither the sizes nor the gaps of packets spell what is said.
 */
const opusParameters = {
  cbr: 1,
  usedtx: 0,
  useinbandfec: 1,
  stereo: 0,
  maxaveragebitrate: opusBitrate,
  minptime: 20,
  ptime: packetMs,
};

/** RTP header extensions in use. Never the audio level, which would tell the router who speaks. */
const extensions: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: ['urn:ietf:params:rtp-hdrext:sdes:mid'],
  video: [
    'urn:ietf:params:rtp-hdrext:sdes:mid',
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  ],
};

/** The one codec in a stream's parameters; undefined unless it is one of this kind that can be encrypted, and alone but for RTX. */
export function onlyCodec(codecs: readonly { mimeType: string }[], kind: 'audio' | 'video'): FrameCodec | undefined {
  const [codec, ...others] = codecs.filter(({ mimeType }) => !isRtx(mimeType));
  const name = codec === undefined || others.length > 0 ? undefined : frameCodec(codec.mimeType);
  return codec?.mimeType.startsWith(`${kind}/`) === true ? name : undefined;
}

/** What was negotiated of `codec`; undefined when nothing was. */
export function negotiated(
  { codecs = [] }: types.RtpCapabilities,
  codec: FrameCodec,
): types.RtpCodecCapability | undefined {
  return codecs.find(({ mimeType }) => frameCodec(mimeType) === codec);
}

/** The codec's name for the encryption worker; undefined for one that has no rule for its clear bytes. */
function frameCodec(mimeType: string): FrameCodec | undefined {
  const name = mimeType.toLowerCase();
  return name === 'audio/opus' ? 'opus' : videoCodecs.find((codec) => name === `video/${codec}`);
}

/** Of what the router offers, what we take: codecs that can be encrypted, and extensions that tell nothing about speech. */
export function acceptable(offered: types.RtpCapabilities): types.RtpCapabilities {
  const codecs = (offered.codecs ?? []).flatMap((codec): types.RtpCodecCapability[] => {
    const name = frameCodec(codec.mimeType);
    if (name === undefined) return isRtx(codec.mimeType) ? [codec] : [];
    // Lost sound is sent again. Without feedback on congestion it keeps its bitrate: its packets would shrink and grow with the video's.
    if (name === 'opus') return [{ ...codec, parameters: { ...opusParameters }, rtcpFeedback: [{ type: 'nack' }] }];
    return [codec];
  });
  const headerExtensions = (offered.headerExtensions ?? []).filter(({ kind, uri }) => extensions[kind].includes(uri));
  return { codecs, headerExtensions };
}

function isRtx(mimeType: string): boolean {
  return mimeType.toLowerCase() === 'video/rtx';
}
