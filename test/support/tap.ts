import type { Consumer, DirectTransport, Producer, Router } from 'mediasoup/types';
import { RtpPacket } from 'werift-rtp';
import type { FrameCodec } from '../../src/client/encryption/messages.ts';
import { onlyCodec } from '../../src/client/media/codecs.ts';
import { FrameAssembler } from './rtp-frames.ts';

/** An encoded frame as it passed through the media process. */
export interface Captured {
  readonly atMs: number;
  /** Of RTP, on the clock of the codec. */
  readonly timestamp: number;
  readonly frame: Uint8Array;
  /** As its packets tell. */
  readonly key: boolean;
  /** The RTP payloads that carried it, in order. */
  readonly payloads: readonly Buffer[];
}

/** Listens to one producer inside the media process, and feeds a second producer with what came and what is added. */
export class Tap {
  readonly kind: 'audio' | 'video';
  readonly codec: FrameCodec;
  readonly producerId: string;
  /** Every whole frame that came, oldest first. */
  readonly frames: Captured[] = [];
  /** Packets with a payload that came, whole frames or not. */
  packets = 0;
  readonly #source: Consumer;
  readonly #relay: Producer;
  readonly #waiting = new Set<() => void>();
  #sequenceNumber = 1;
  #timestamp = 0;

  static async create(router: Router, producerId: string, kind: 'audio' | 'video'): Promise<Tap> {
    const transport: DirectTransport = await router.createDirectTransport();
    const { rtpCapabilities } = router;
    const source = await transport.consume({ producerId, rtpCapabilities });
    const { codecs, encodings } = source.rtpParameters;
    const [{ ssrc }] = encodings as [{ ssrc: number }];
    const relay = await transport.produce({
      kind,
      rtpParameters: { codecs: codecs.slice(0, 1), encodings: [{ ssrc }] },
    });
    const codec = onlyCodec(codecs, kind);
    if (codec === undefined) throw new Error('no codec of ours');
    return new Tap(source, relay, codec);
  }

  private constructor(source: Consumer, relay: Producer, codec: FrameCodec) {
    this.codec = codec;
    this.kind = source.kind;
    this.producerId = source.producerId;
    this.#source = source;
    this.#relay = relay;
    const frames = new FrameAssembler(codec);
    let payloads: Buffer[] = [];
    let previous: number | undefined;
    source.on('rtp', (bytes) => {
      const packet = RtpPacket.deSerialize(bytes);
      const { timestamp } = packet.header;
      if (packet.payload.length > 0) this.packets += 1;
      if (timestamp !== previous) payloads = [];
      payloads.push(packet.payload);
      this.#send(packet, timestamp);
      if (packet.header.marker) for (const added of this.#added.splice(0)) this.#insert(added);
      previous = timestamp;
      const taken = frames.take(bytes);
      if (taken === undefined) return;
      this.frames.push({ atMs: performance.now(), timestamp, ...taken, payloads });
      for (const tell of this.#waiting) tell();
      this.#waiting.clear();
    });
  }

  /** The producer that carries this tap's own stream: what came, and what `replay` adds. */
  get relayId(): string {
    return this.#relay.id;
  }

  async requestKeyFrame(): Promise<void> {
    await this.#source.requestKeyFrame();
  }

  /** Listens to that simulcast layer from now on; resolves when it does. */
  async switchTo(spatialLayer: number): Promise<void> {
    await this.#source.setPreferredLayers({ spatialLayer });
    while (this.#source.currentLayers?.spatialLayer !== spatialLayer)
      await new Promise((resolve) => this.#source.once('layerschange', resolve));
  }

  /** Resolves when `count` more frames have come. */
  async nextFrames(count: number): Promise<readonly Captured[]> {
    const from = this.frames.length;
    while (this.frames.length < from + count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.frames.slice(from, from + count);
  }

  /** Sends payloads once more in the relayed stream, as a frame of its own, between the latest whole one and the next. */
  add(payloads: readonly Uint8Array[]): void {
    if (this.kind === 'audio' || this.#last?.header.marker === true) this.#insert(payloads);
    else this.#added.push(payloads);
  }

  /** What is to be added as soon as the frame whose first packets went out is whole. */
  readonly #added: (readonly Uint8Array[])[] = [];

  #insert(payloads: readonly Uint8Array[]): void {
    for (const [index, payload] of payloads.entries()) {
      const last = this.#last;
      if (last === undefined) return;
      const packet = last.clone();
      packet.payload = Buffer.from(payload);
      packet.header.marker = this.kind === 'audio' ? last.header.marker : index === payloads.length - 1;
      this.#send(packet, this.#timestamp + (index === 0 ? 1 : 0));
    }
  }

  #last: RtpPacket | undefined;

  #send(packet: RtpPacket, timestamp: number): void {
    packet.header.sequenceNumber = this.#sequenceNumber;
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 65_536;
    packet.header.timestamp = timestamp;
    this.#timestamp = timestamp;
    this.#last = packet;
    this.#relay.send(packet.serialize());
  }
}
