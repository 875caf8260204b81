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
 * For how long more bits are allowed before there are larger layers to use them, in ms. An encoder begins with the layers that the
 * bits before were enough for, and takes 200 ms and a key frame more for each of the others (Chromium 156). Lower may be too short
 * for the browser to have given it the bits; higher shows the layers later.
 */
const aheadMs = 100;

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
    if (isSame(layers, this.#applied)) return;
    if (layers === null) await this.#change({ active: false });
    else {
      const encoding = encodingOf(this.#picture, layers);
      if (layers.spatial > (this.#applied?.spatial ?? Infinity)) {
        const { maxBitrate = 0 } = encoding;
        await this.#change({ maxBitrate });
        await new Promise((resolve) => setTimeout(resolve, aheadMs));
      }
      await this.#change({ ...encoding, active: true });
    }
    this.#applied = layers;
  }

  async #change(changes: types.RtpEncodingParameters): Promise<void> {
    const parameters = this.#sender.getParameters();
    for (const encoding of parameters.encodings) Object.assign(encoding, changes);
    await this.#sender.setParameters(parameters);
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
