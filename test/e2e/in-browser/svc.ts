import { svcEncoding, SvcLayers, type Layers } from '../../../src/client/media/svc.ts';
import { videoAbilities } from '../../../src/client/media/video-codecs.ts';
import { movingPicture } from '../../../src/tools/participant/picture.ts';

const picture = { height: 720, maxHeight: 720 };
/** How long each choice of layers is measured, after it has settled, in ms. */
const measureMs = 1_500;
const settleMs = 1_000;

/** What a browser sends of one video, for one choice of layers. */
export interface Sent {
  readonly bitsPerSecond: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Key frames that were encoded since the choice. */
  readonly keyFrames: number;
}

/** Sends a picture of 720 lines to another connection of this page, in one codec, with one choice of layers after the other. */
async function sendInLayers(codec: string, choices: readonly (Layers | null)[]): Promise<Sent[]> {
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate ?? undefined);
  to.onicecandidate = ({ candidate }) => void from.addIceCandidate(candidate ?? undefined);
  const track = await movingPicture([215, 40, 40], picture.height, 15);
  const { sender } = from.addTransceiver(track, { direction: 'sendonly', sendEncodings: [svcEncoding(picture)] });
  await from.setLocalDescription();
  const [transceiver] = from.getTransceivers();
  const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  transceiver?.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === `video/${codec}`));
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription ?? { type: 'offer' });
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription ?? { type: 'answer' });

  const layers = new SvcLayers(sender, picture);
  const sent: Sent[] = [];
  for (const choice of choices) {
    const { keyFrames } = await numbers(sender);
    await layers.want(choice);
    await wait(settleMs);
    const before = await numbers(sender);
    await wait(measureMs);
    const after = await numbers(sender);
    sent.push({
      bitsPerSecond: ((after.bytes - before.bytes) * 8_000) / measureMs,
      height: after.height,
      framesPerSecond: ((after.frames - before.frames) * 1_000) / measureMs,
      keyFrames: after.keyFrames - keyFrames,
    });
  }
  track.stop();
  from.close();
  to.close();
  return sent;
}

async function numbers(
  sender: RTCRtpSender,
): Promise<{ bytes: number; height: number; frames: number; keyFrames: number }> {
  for (const entry of (await sender.getStats()).values() as Iterable<RTCOutboundRtpStreamStats>)
    if (entry.type === 'outbound-rtp')
      return {
        bytes: entry.bytesSent ?? 0,
        height: entry.frameHeight ?? 0,
        frames: entry.framesSent ?? 0,
        keyFrames: entry.keyFramesEncoded ?? 0,
      };
  throw new Error('nothing is sent');
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Object.assign(globalThis, { sendInLayers, videoAbilities });
