import {
  PictureLossIndication,
  RtcpPayloadSpecificFeedback,
  RtcpSenderInfo,
  RtcpSrPacket,
  RtpHeader,
  type RTCDtlsTransport,
} from 'werift';
import type { Params } from '../../src/shared/protocol/requests.ts';
import type { TestClient } from './test-client.ts';

/** What each layer takes, in bits a second, from small to large. */
export const layerBitrates = [150_000, 500_000, 1_500_000] as const;
const framesPerSecond = 30;
/** A key frame takes so many times what another does. */
const keyFrameSize = 4;
const packetBytes = 1_100;
/** The temporal layers of one group of frames (L1T3). */
const temporal = [0, 2, 1, 2] as const;
const clockRate = 90_000;
/** Seconds from 1900 (RFC 5905) to 1970. */
const ntpEpoch = 2_208_988_800;

interface Layer {
  readonly ssrc: number;
  readonly bitrate: number;
  active: boolean;
  keyFrameWanted: boolean;
  sequenceNumber: number;
  pictureId: number;
  tl0PictureIndex: number;
  frames: number;
}

/** A camera in three sizes, three frame rates each, or in one of each, of VP8 packets as a browser would send them, with nothing in them. */
export class SimulcastSender implements Disposable {
  readonly #path: RTCDtlsTransport;
  readonly #layers: readonly Layer[];
  readonly #startMs = performance.now();
  readonly #timers: NodeJS.Timeout[] = [];
  #frame = 0;
  /** When key frames were asked for, in ms, by layer. */
  readonly keyFrameRequests: number[][] = [[], [], []];

  /** Opens the camera on a path that is connected for sending. */
  static async open(
    client: TestClient,
    path: RTCDtlsTransport,
    bitrates: readonly number[] = layerBitrates,
  ): Promise<SimulcastSender> {
    const ssrc = 1 + Math.floor(Math.random() * 0x7fff_0000);
    const ssrcs = bitrates.map((_, index) => ssrc + index);
    const rtpParameters: Params<'producer.create'>['rtpParameters'] = {
      codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate }],
      encodings: ssrcs.map((own) => ({ ssrc: own, ...(ssrcs.length > 1 && { scalabilityMode: 'L1T3' }) })),
    };
    await client.request('producer.create', { source: 'camera', rtpParameters });
    return new SimulcastSender(path, ssrcs, bitrates);
  }

  private constructor(path: RTCDtlsTransport, ssrcs: readonly number[], bitrates: readonly number[]) {
    this.#path = path;
    this.#layers = ssrcs.map((ssrc, index) => ({
      ssrc,
      bitrate: bitrates[index] ?? 0,
      active: true,
      keyFrameWanted: true,
      sequenceNumber: 100,
      pictureId: 100,
      tl0PictureIndex: 0,
      frames: 0,
    }));
    path.onRtcp.subscribe((packet) => {
      if (packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof PictureLossIndication)
        this.#wantKeyFrame(packet.feedback.mediaSsrc);
    });
    this.#timers.push(
      setInterval(() => {
        const due = Math.floor(((performance.now() - this.#startMs) / 1_000) * framesPerSecond);
        // What this process was too busy for is left out, as a camera's would be: all at once would look like a full line.
        if (due > this.#frame) this.#sendFrame(due);
        this.#frame = due;
      }, 10),
      setInterval(() => {
        this.#report();
      }, 500),
    );
    this.#report();
  }

  /** Sends the layers up to that size, no others; -1: none. */
  send(highest: number): void {
    this.#layers.forEach((layer, index) => {
      const active = index <= highest;
      if (active && !layer.active) layer.keyFrameWanted = true;
      layer.active = active;
    });
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #wantKeyFrame(ssrc: number): void {
    const index = this.#layers.findIndex((layer) => layer.ssrc === ssrc);
    const layer = this.#layers[index];
    if (layer === undefined) return;
    this.keyFrameRequests[index]?.push(performance.now() - this.#startMs);
    layer.keyFrameWanted = true;
  }

  #sendFrame(frame: number): void {
    const timestamp = Math.round((frame * clockRate) / framesPerSecond) % 2 ** 32;
    for (const layer of this.#layers) {
      if (!layer.active) continue;
      const isKey = layer.keyFrameWanted;
      layer.keyFrameWanted = false;
      if (isKey) layer.frames = 0;
      const temporalLayer = temporal[layer.frames % temporal.length] ?? 0;
      layer.frames += 1;
      layer.pictureId = (layer.pictureId + 1) % 2 ** 15;
      if (temporalLayer === 0) layer.tl0PictureIndex = (layer.tl0PictureIndex + 1) % 256;
      const bytes = Math.ceil((layer.bitrate / 8 / framesPerSecond) * (isKey ? keyFrameSize : 1));
      const count = Math.ceil(bytes / packetBytes);
      for (let index = 0; index < count; index += 1) {
        const payload = Buffer.alloc(Math.ceil(bytes / count) + 6);
        // RFC 7741 section 4.2: X, S at the frame's start; I, L, T; a picture id of 15 bits, TL0PICIDX, TID with Y.
        payload[0] = index === 0 ? 0x90 : 0x80;
        payload[1] = 0xe0;
        payload.writeUInt16BE(0x8000 + layer.pictureId, 2);
        payload[4] = layer.tl0PictureIndex;
        payload[5] = temporalLayer * 64 + 32;
        payload[6] = isKey ? 0 : 1;
        layer.sequenceNumber = (layer.sequenceNumber + 1) % 2 ** 16;
        const header = new RtpHeader({
          payloadType: 101,
          ssrc: layer.ssrc,
          sequenceNumber: layer.sequenceNumber,
          timestamp,
          marker: index === count - 1,
        });
        this.#path.sendRtp(payload, header).catch(() => undefined); // the path has closed
      }
    }
  }

  /** RFC 3550 section 6.4.1: what the engine needs to switch between sizes. */
  #report(): void {
    const elapsedMs = performance.now() - this.#startMs;
    const unixMs = performance.timeOrigin + performance.now();
    const ntpTimestamp = (BigInt(Math.round((unixMs + ntpEpoch * 1_000) * 1_000)) * 2n ** 32n) / 1_000_000n;
    const packets = this.#layers
      .filter(({ active }) => active)
      .map(
        ({ ssrc }) =>
          new RtcpSrPacket({
            ssrc,
            senderInfo: new RtcpSenderInfo({
              ntpTimestamp,
              rtpTimestamp: Math.round((elapsedMs * clockRate) / 1_000) % 2 ** 32,
              packetCount: 1,
              octetCount: 1,
            }),
          }),
      );
    for (const packet of packets) this.#path.sendRtcp([packet]).catch(() => undefined); // the path has closed
  }
}
