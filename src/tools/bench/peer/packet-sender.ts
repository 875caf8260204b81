import { PictureLossIndication, RtcpPayloadSpecificFeedback, RtcpSenderInfo, RtcpSrPacket, RtpHeader } from 'werift';
import type { SealedPath } from './sealed-path.ts';
import { stamp } from './stamp.ts';

/** Packets of one frame. */
const framePackets = { sound: 1, picture: 12 } as const;
/** The temporal layers of one group of frames (L1T3). */
const temporal = [0, 2, 1, 2] as const;
const clockRate = { sound: 48_000, picture: 90_000 } as const;
/** Length of what stands before the frame in a packet: payload descriptor, and the first byte of VP8. */
const descriptorBytes = 7;
/** How often it is looked which packets are due, in ms. Lower spaces them more evenly. */
const tickMs = 1;
/** How often a sender reports (RFC 3550 section 6.4.1), in ms. */
const reportMs = 1_000;
/** Seconds from 1900 (RFC 5905) to 1970. */
const ntpEpoch = 2_208_988_800;

/** What a system and a peer agreed on for one stream. */
export interface StreamForm {
  readonly kind: 'sound' | 'picture';
  readonly ssrc: number;
  readonly payloadType: number;
  /** Id of the transport-wide sequence number; undefined when it was not negotiated. */
  readonly transportWide: number | undefined;
}

/** Sends packets as a browser would, evenly paced, pictures in three temporal layers, with nothing in them but when they were sent. */
export class PacketSender implements Disposable {
  /** Packets sent so far. */
  sent = 0;
  readonly #path: SealedPath;
  readonly #form: StreamForm;
  readonly #payload: Buffer;
  #timer: NodeJS.Timeout | undefined;
  #reports: NodeJS.Timeout | undefined;
  #keyFrameWanted = true;
  #isKey = false;
  #frame = 0;
  #sinceKey = 0;
  #baseFrames = 0;
  #timestamp = 0;

  /** `bytes`: of each packet's payload. */
  constructor(path: SealedPath, form: StreamForm, bytes: number) {
    this.#path = path;
    this.#form = form;
    this.#payload = Buffer.alloc(bytes, 0x5a);
    path.onRtcp = (packet) => {
      if (packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof PictureLossIndication)
        this.#keyFrameWanted = true;
    };
  }

  /** Sends so many packets a second from now on. */
  start(packetsPerSecond: number): void {
    this.stop();
    const startMs = performance.now();
    const before = this.sent;
    this.#timer = setInterval(() => {
      const due = before + Math.floor(((performance.now() - startMs) / 1_000) * packetsPerSecond);
      while (this.sent < due) this.#send();
    }, tickMs);
    this.#reports = setInterval(() => {
      this.#report();
    }, reportMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearInterval(this.#reports);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #send(): void {
    const { kind, ssrc, payloadType, transportWide } = this.#form;
    const inFrame = framePackets[kind];
    const index = this.sent % inFrame;
    if (index === 0) this.#beginFrame();
    this.sent += 1;
    if (kind === 'picture') this.#describe(index === 0);
    stamp(this.#payload);
    const header = new RtpHeader({
      payloadType,
      ssrc,
      sequenceNumber: this.sent % 2 ** 16,
      timestamp: this.#timestamp,
      marker: kind === 'picture' && index === inFrame - 1,
    });
    if (transportWide !== undefined) {
      const number = Buffer.alloc(2);
      number.writeUInt16BE(this.sent % 2 ** 16);
      header.extensions = [{ id: transportWide, payload: number }];
    }
    this.#path.sendRtp(header, this.#payload);
  }

  #beginFrame(): void {
    this.#isKey = this.#keyFrameWanted;
    this.#keyFrameWanted = false;
    this.#sinceKey = this.#isKey ? 0 : this.#sinceKey + 1;
    this.#frame += 1;
    if (this.#temporalLayer === 0) this.#baseFrames += 1;
    this.#timestamp = this.#now;
  }

  /** In ticks of the stream's clock. */
  get #now(): number {
    return Math.round((performance.now() / 1_000) * clockRate[this.#form.kind]) % 2 ** 32;
  }

  get #temporalLayer(): number {
    return temporal[this.#sinceKey % temporal.length] ?? 0;
  }

  /** RFC 7741 section 4.2: X, S at the frame's start; I, L, T; a picture id of 15 bits, TL0PICIDX, TID with Y; then VP8's own first byte. */
  #describe(isFirst: boolean): void {
    const payload = this.#payload;
    payload[0] = isFirst ? 0x90 : 0x80;
    payload[1] = 0xe0;
    payload.writeUInt16BE(0x8000 + (this.#frame % 2 ** 15), 2);
    payload[4] = this.#baseFrames % 256;
    payload[5] = this.#temporalLayer * 64 + 32;
    payload[descriptorBytes - 1] = this.#isKey ? 0 : 1;
  }

  #report(): void {
    const unixMs = performance.timeOrigin + performance.now();
    const senderInfo = new RtcpSenderInfo({
      ntpTimestamp: (BigInt(Math.round((unixMs + ntpEpoch * 1_000) * 1_000)) * 2n ** 32n) / 1_000_000n,
      rtpTimestamp: this.#now,
      packetCount: this.sent,
      octetCount: this.sent * this.#payload.length,
    });
    this.#path.sendRtcp(new RtcpSrPacket({ ssrc: this.#form.ssrc, senderInfo }));
  }
}
