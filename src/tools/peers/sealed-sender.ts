import { PictureLossIndication, RtcpPayloadSpecificFeedback, RtpHeader, type RTCDtlsTransport } from 'werift';
import { Transforms, type EncodedFrame, type Keys } from '../../client/encryption/worker/transforms.ts';
import type { FrameCodec } from '../../client/encryption/messages.ts';
import type { Source } from '../../shared/identity/source.ts';
import { systemClock } from '../../server/support/system-clock.ts';
import type { NodeMedia } from './node-media.ts';
import type { NodeParticipant } from './node-participant.ts';
import { picturesPerSecond, soundMs, type Recording } from './recording.ts';

/** How often it is looked whether a frame is due, in ms. */
const lookMs = 10;
const packetBytes = 1_100;

/** How a source goes into packets. */
interface Form {
  readonly source: Source;
  readonly codec: FrameCodec;
  readonly mimeType: string;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly channels?: number;
  readonly frameMs: number;
  /** The payloads of the packets of the frame of this number. */
  readonly payloads: (frame: Buffer, number: number) => Buffer[];
}

const microphone: Form = {
  source: 'microphone',
  codec: 'opus',
  mimeType: 'audio/opus',
  payloadType: 100,
  clockRate: 48_000,
  channels: 2,
  frameMs: soundMs,
  payloads: (frame) => [frame],
};

/** RFC 7741 section 4.2: X, S at the frame's start; I, L, T; a picture id of 15 bits, TL0PICIDX, and the lowest temporal layer. */
const camera: Form = {
  source: 'camera',
  codec: 'vp8',
  mimeType: 'video/VP8',
  payloadType: 101,
  clockRate: 90_000,
  frameMs: 1_000 / picturesPerSecond,
  payloads: (frame, number) =>
    Array.from({ length: Math.ceil(frame.length / packetBytes) }, (_, index) => {
      const descriptor = Buffer.of(index === 0 ? 0x90 : 0x80, 0xe0, 0, 0, number % 256, 0x20);
      descriptor.writeUInt16BE(0x8000 + (number % 2 ** 15), 2);
      return Buffer.concat([descriptor, frame.subarray(index * packetBytes, (index + 1) * packetBytes)]);
    }),
};

/**
 * One source of a participant without a browser: recorded frames, sealed by the very transforms of the encryption worker
 * with the participant's media key as it is at that moment, in real packets. A picture begins anew when a key frame is asked for, and
 * after frames that were not sealed because nobody held the key: a browser's would, which is not encoded before somebody wants it.
 */
export class SealedSender implements Disposable {
  readonly #path: RTCDtlsTransport;
  readonly #form: Form;
  readonly #sends: ((payload: Uint8Array) => void) | undefined;
  readonly #frames: readonly Uint8Array[];
  readonly #startMs = performance.now();
  readonly #ssrc = 1 + Math.floor(Math.random() * 0x7fff_0000);
  readonly #timer: NodeJS.Timeout;
  readonly #in: WritableStreamDefaultWriter<EncodedFrame>;
  readonly #madeAs = new WeakMap<EncodedFrame, number>();
  #made = 0;
  #next = 0;
  #sequenceNumber = 0;
  #sent = 0;

  /** Opens the source at the router, and tells the others that it is on. `sends`: told of each packet's payload before it goes out. */
  static async open(
    source: 'microphone' | 'camera',
    participant: NodeParticipant,
    media: NodeMedia,
    recording: Recording,
    sends?: (payload: Uint8Array) => void,
  ): Promise<SealedSender> {
    const path = await media.connect('send');
    const isSound = source === 'microphone';
    const sender = new SealedSender(
      participant,
      path,
      isSound ? microphone : camera,
      isSound ? recording.sound : recording.picture,
      sends,
    );
    const { mimeType, payloadType, clockRate, channels } = sender.#form;
    await participant.client.request('producer.create', {
      source,
      rtpParameters: {
        codecs: [{ mimeType, payloadType, clockRate, ...(channels !== undefined && { channels }) }],
        encodings: [{ ssrc: sender.#ssrc }],
      },
    });
    participant.group.handle({ type: 'capture', source, on: true });
    return sender;
  }

  private constructor(
    { group }: NodeParticipant,
    path: RTCDtlsTransport,
    form: Form,
    frames: readonly Uint8Array[],
    sends: ((payload: Uint8Array) => void) | undefined,
  ) {
    this.#path = path;
    this.#sends = sends;
    this.#form = form;
    this.#frames = frames;
    const transforms = new Transforms(this.#keysOf(group), systemClock);
    const input = new TransformStream<EncodedFrame, EncodedFrame>();
    this.#in = input.writable.getWriter();
    void transforms.attach({
      options: {
        stream: { direction: 'send', source: form.source, codec: form.codec },
        attached: { postMessage: () => undefined },
      },
      readable: input.readable,
      writable: new WritableStream({
        write: (frame) => {
          this.#send(frame);
        },
      }),
    });
    path.onRtcp.subscribe((packet) => {
      if (
        packet instanceof RtcpPayloadSpecificFeedback &&
        packet.feedback instanceof PictureLossIndication &&
        packet.feedback.mediaSsrc === this.#ssrc
      )
        this.#next = 0;
    });
    this.#timer = setInterval(() => {
      const due = Math.floor((performance.now() - this.#startMs) / form.frameMs);
      for (; this.#made < due; this.#made += 1) this.#make();
    }, lookMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Those of `group`; what nobody held the key of begins anew. */
  #keysOf(group: NodeParticipant['group']): Keys {
    return {
      sending: {
        seal: async (...frame) => {
          const sealed = await group.sending.seal(...frame);
          if (sealed === undefined) this.#next = 0;
          return sealed;
        },
      },
      receiving: (participant) => group.receiving(participant),
      get muted() {
        return group.muted;
      },
      heard: (participant, muted) => {
        group.heard(participant, muted);
      },
    };
  }

  #make(): void {
    const bytes = this.#frames[this.#next % this.#frames.length] ?? new Uint8Array();
    this.#next += 1;
    const frame = { data: new Uint8Array(bytes).buffer };
    this.#madeAs.set(frame, this.#made);
    this.#in.write(frame).catch(() => undefined); // it has ended
  }

  #send(frame: EncodedFrame): void {
    const { payloadType, payloads, clockRate, frameMs, source } = this.#form;
    const timestamp = Math.round(((this.#madeAs.get(frame) ?? 0) * frameMs * clockRate) / 1_000) % 2 ** 32;
    const packets = payloads(Buffer.from(frame.data), this.#sent);
    this.#sent += 1;
    for (const [index, payload] of packets.entries()) {
      this.#sequenceNumber = (this.#sequenceNumber + 1) % 2 ** 16;
      const marker = source === 'camera' && index === packets.length - 1;
      this.#sends?.(payload);
      this.#path
        .sendRtp(
          payload,
          new RtpHeader({ payloadType, ssrc: this.#ssrc, sequenceNumber: this.#sequenceNumber, timestamp, marker }),
        )
        .catch(() => undefined); // it has closed
    }
  }
}
