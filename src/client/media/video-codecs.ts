import { videoCodecs, type VideoCodec } from '../encryption/messages.ts';
import { canLayer } from './svc.ts';

/** What one browser can do with video. */
export interface VideoAbilities {
  /** What it can show. */
  readonly decodes: readonly VideoCodec[];
  /** What it may send, the most wanted first, VP8 last at the latest. */
  readonly sends: readonly VideoCodec[];
  /** What it can send in layers within one stream. */
  readonly layered: readonly VideoCodec[];
}

/**
 * What this browser can do, of the codecs that are `named` for sending. Of those it prefers what it can send in layers, for
 * else everybody is sent what the largest picture takes; then the one that needs the fewest bits.
 */
export async function videoAbilities(named: readonly VideoCodec[]): Promise<VideoAbilities> {
  const encodes = those(RTCRtpSender.getCapabilities('video')).filter((codec) => named.includes(codec));
  const can = await Promise.all(encodes.map(canLayer));
  const layered = encodes.filter((_, index) => can[index]);
  const inLayers = encodes.filter((codec) => codec === 'vp8' || layered.includes(codec));
  const best = [...inLayers.toReversed(), ...encodes.filter((codec) => !inLayers.includes(codec)).toReversed()];
  return {
    decodes: those(RTCRtpReceiver.getCapabilities('video')),
    sends: best.includes('vp8') ? best : [...best, 'vp8'],
    layered,
  };
}

/** The video codecs that have a rule for their frames and are among the browser's; VP8 in any case, which all must have (RFC 7742). */
function those(capabilities: RTCRtpCapabilities | null): VideoCodec[] {
  const names = (capabilities?.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase());
  return videoCodecs.filter((codec) => codec === 'vp8' || names.includes(`video/${codec}`));
}
