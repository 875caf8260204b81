import { GenericNack, RtpHeader, RtcpTransportLayerFeedback } from 'werift';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import { newCertificate, NodeMedia } from '../../src/tools/peers/node-media.ts';
import type { RouterClient } from '../../src/tools/peers/router-client.ts';

/** How many packets make a media path proven, and how often one is sent, in ms (Opus at 48 kHz). */
const packets = 25;
const packetMs = 20;
const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };

/** A participant's media with sealed-looking payloads. */
export class MediaClient extends NodeMedia {
  #sending: NodeJS.Timeout | undefined;
  #received = 0;
  #counted: (() => void) | undefined;
  /** The next packet of the microphone is not sent; told its number. */
  #lose: ((sequenceNumber: number) => void) | undefined;

  static override async create(client: RouterClient, from: string, tcp: boolean): Promise<MediaClient> {
    return new MediaClient(client, from, tcp, await newCertificate());
  }

  /** Opens a microphone and sends packets of `bytes` random bytes until disposed. */
  async speak(bytes: number): Promise<void> {
    const transport = await this.connect('send');
    const ssrc = 1 + Math.floor(Math.random() * 0xffff_fffe);
    await this.client.request('producer.create', {
      source: 'microphone',
      rtpParameters: { mid: '0', codecs: [opus], encodings: [{ ssrc }] },
    });
    let sequenceNumber = 0;
    this.#sending = setInterval(() => {
      sequenceNumber += 1;
      if (this.#lose !== undefined) {
        this.#lose(sequenceNumber);
        this.#lose = undefined;
        return;
      }
      const timestamp = sequenceNumber * 960;
      const header = new RtpHeader({ payloadType: opus.payloadType, ssrc, sequenceNumber, timestamp });
      const payload = Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
      transport.sendRtp(payload, header).catch(() => undefined); // the transport has closed
    }, packetMs);
  }

  /** Loses one packet of the microphone on its way. Resolves when the router asks for it (RFC 4585 section 6.2.1). */
  async loseOne(): Promise<void> {
    const transport = await this.connect('send');
    const lost = await new Promise<number>((resolve) => (this.#lose = resolve));
    await new Promise<void>((resolve) => {
      transport.onRtcp.subscribe((packet) => {
        if (!(packet instanceof RtcpTransportLayerFeedback) || !(packet.feedback instanceof GenericNack)) return;
        if (packet.feedback.lost.includes(lost)) resolve();
      });
    });
  }

  /** Receives somebody's microphone. Resolves when it really comes. */
  async hear(participantId: ParticipantId): Promise<void> {
    const transport = await this.connect('receive');
    const heard = new Promise<void>((resolve) => {
      transport.onRtp.subscribe(() => {
        this.#received += 1;
        if (this.#received === packets) resolve();
        this.#counted?.();
      });
    });
    const of = { participantId, source: 'microphone' } as const;
    await this.client.request('subscription.set', { ...of, wanted: { height: 90, framesPerSecond: 1 }, priority: 1 });
    await this.client.request('consumer.resume', of);
    await heard;
  }

  /** Resolves when `count` more packets have come. */
  async hearsMore(count: number): Promise<void> {
    const until = this.#received + count;
    while (this.#received < until) await new Promise<void>((resolve) => (this.#counted = resolve));
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sending);
    await super[Symbol.asyncDispose]();
  }
}
