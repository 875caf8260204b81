import type { types } from 'mediasoup-client';
import type { NoticeParams } from '../../shared/protocol/notices.ts';
import { Queue } from '../../shared/support/queue.ts';
import type { VideoCodec } from '../encryption/messages.ts';
import { mostBits, videoEncodings, type Picture } from './encodings.ts';

/** The highest layers of a video, zero-based: of size (simulcast or SVC) and of frames a second, each with all below it. */
export type Layers = NonNullable<NoticeParams<'source.wanted'>['layers']>;

/** Layers of frames a second, each with half of those of the next, and those of the fastest. */
const rates = 3;
const fastest = 30;

/**
 * Whether this browser sends `codec` in layers within one stream (W3C Scalable Video Coding) that can be chosen from. AV1's cannot:
 * Chromium 156.0.8078.108 decodes nothing more when a larger one comes, though all of it does (measured).
 */
export async function canLayer(codec: VideoCodec): Promise<boolean> {
  if (codec === 'av1') return false;
  let looked = false;
  const video = {
    contentType: `video/${codec.toUpperCase()}`,
    width: 1_280,
    height: 720,
    framerate: fastest,
    bitrate: mostBits(720),
    get scalabilityMode() {
      looked = true; // a browser that does not know of layers would not
      return modeOf({ spatial: 2, temporal: rates - 1 });
    },
  };
  try {
    const { supported } = await navigator.mediaCapabilities.encodingInfo({ type: 'webrtc', video });
    return supported && looked;
  } catch {
    return false; // Firefox 153: it does not know the question
  }
}

/** The one encoding of a video in layers: as many sizes as simulcast would have. */
export function svcEncoding(picture: Picture): types.RtpEncodingParameters {
  return encodingOf(picture, { spatial: Infinity, temporal: rates - 1 });
}

/** What is encoded of one video in layers within one stream. */
export class SvcLayers {
  readonly #sender: RTCRtpSender;
  readonly #picture: Picture;
  readonly #queue = new Queue();
  #applied: Layers | null | undefined;

  /** `picture`: what `svcEncoding` was asked for. */
  constructor(sender: RTCRtpSender, picture: Picture) {
    this.#sender = sender;
    this.#picture = picture;
  }

  /** Has it encoded up to `layers` only, or, for null, not at all. Another number of sizes begins with a key frame. */
  want(layers: Layers | null): Promise<void> {
    return this.#queue.run(() => this.#apply(layers));
  }

  async #apply(layers: Layers | null): Promise<void> {
    const parameters = this.#sender.getParameters();
    const [encoding] = parameters.encodings;
    if (encoding === undefined || isSame(layers, this.#applied)) return;
    encoding.active = layers !== null;
    if (layers !== null) Object.assign(encoding, encodingOf(this.#picture, layers));
    await this.#sender.setParameters(parameters);
    this.#applied = layers;
  }
}

/** Whether no other layers are wanted. Even what changes nothing makes an encoder look at all it has. */
export function isSame(one: Layers | null, other: Layers | null | undefined): boolean {
  if (one === null || other === null || other === undefined) return one === other;
  return one.spatial === other.spatial && one.temporal === other.temporal;
}

function encodingOf(picture: Picture, layers: Layers): types.RtpEncodingParameters {
  const sizes = videoEncodings(picture);
  const spatial = Math.min(layers.spatial, sizes.length - 1);
  const temporal = Math.min(layers.temporal, rates - 1);
  return {
    ...sizes[spatial],
    scalabilityMode: modeOf({ spatial, temporal }),
    // All frames in fewer layers would be twice the frames for whoever wants the slowest.
    maxFramerate: fastest / 2 ** (rates - 1 - temporal),
  };
}

/** With sizes that need each other at key frames only (k-SVC), so that nobody is sent one that it does not show. */
function modeOf({ spatial, temporal }: Layers): string {
  return `L${spatial + 1}T${temporal + 1}${spatial > 0 ? '_KEY' : ''}`;
}
