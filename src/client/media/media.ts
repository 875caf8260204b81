import { Device, type types } from 'mediasoup-client';
import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import { CallError } from '../call/call-error.ts';
import type { CallErrorCode } from '../call/types.ts';
import type { TransformOptions } from '../encryption/messages.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { acceptable, onlyCodec } from './codecs.ts';
import { videoEncodings } from './encodings.ts';
import { SimulcastLayers, type Layers } from './simulcast.ts';
import type { Transforms } from './transform.ts';

/** One of our own sources on its way to the router. */
export interface Sending {
  /** Sends another track in the same stream. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  /** Encodes up to these layers only; null: nothing. For a sound it means nothing. */
  want(layers: Layers | null): Promise<void>;
  /** What has gone into it so far; undefined where the browser does not say. */
  sound(): Promise<SoundTotals | undefined>;
  /** Stops sending and tells the router. */
  close(): Promise<void>;
}

/** Of a sound, up to now: the sum of the squares of its samples (of full scale 1) times their length, and its length, in s. */
export interface SoundTotals {
  readonly energy: number;
  readonly seconds: number;
}

/** One source of another participant on its way from the router. */
export interface Receiving {
  readonly track: MediaStreamTrack;
  /** Names its numbers in `Media.statistics`. */
  readonly mid: string;
  close(): void;
}

/** The parameters of a consumer, as the router answers `subscription.set`. */
type ConsumerParameters = NonNullable<Result<'subscription.set'>['consumer']>;

/** The media of one participant in one call: one transport each way, every stream through the encryption worker. */
export class Media {
  readonly lifetime = new Lifetime<CallErrorCode>();
  readonly #ask: Ask;
  readonly #send: types.Transport;
  readonly #receive: types.Transport;
  readonly #transforms: Transforms;

  /** Rejects with CallError: `browser-cannot-encrypt` when no codec is left that can be encrypted, or what `ask` rejects with. */
  static async create(
    ask: Ask,
    rtpCapabilities: Result<'call.join'>['rtpCapabilities'],
    transforms: Transforms,
    makeDevice: () => Promise<Device> = () => Device.factory(),
  ): Promise<Media> {
    const device = await makeDevice().catch((error: unknown) => {
      throw new CallError('browser-cannot-encrypt', { cause: error });
    });
    const [send, receive] = await Promise.all([
      ask('transport.create', { direction: 'send' }),
      ask('transport.create', { direction: 'receive' }),
      device.load({ routerRtpCapabilities: acceptable(rtpCapabilities as types.RtpCapabilities) }),
    ]);
    if (!device.canProduce('audio') || !device.canProduce('video')) throw new CallError('browser-cannot-encrypt');
    // Chromium lets frames pass unencrypted past a transform that came late; not with this setting, which holds them back.
    const additionalSettings = { encodedInsertableStreams: true } as Partial<RTCConfiguration>;
    const options = ({ transportId, ...rest }: typeof send): types.TransportOptions => ({
      id: transportId,
      ...rest,
      additionalSettings,
    });
    return new Media(
      ask,
      transforms,
      device.createSendTransport(options(send)),
      device.createRecvTransport(options(receive)),
    );
  }

  private constructor(ask: Ask, transforms: Transforms, send: types.Transport, receive: types.Transport) {
    this.#ask = ask;
    this.#transforms = transforms;
    this.#send = send;
    this.#receive = receive;
    for (const [direction, transport] of [
      ['send', send],
      ['receive', receive],
    ] as const) {
      transport.on('connect', ({ dtlsParameters }, done, failed) => {
        const parameters = dtlsParameters as Parameters<typeof ask<'transport.connect'>>[1]['dtlsParameters'];
        ask('transport.connect', { direction, dtlsParameters: { ...parameters } }).then(() => {
          done();
        }, failed);
      });
      transport.on('connectionstatechange', (state) => {
        if (state === 'failed') this.close('media-unreachable');
      });
    }
    send.on('produce', ({ rtpParameters, appData }, done, failed) => {
      const source = appData['source'] as Source;
      const parameters = rtpParameters as Parameters<typeof ask<'producer.create'>>[1]['rtpParameters'];
      ask('producer.create', { source, rtpParameters: parameters }).then(({ producerId }) => {
        done({ id: producerId });
      }, failed);
    });
  }

  /**
   * Starts sending `track`, encrypted. `maxHeight` in pixels, for video. Rejects with CallError
   * `browser-cannot-encrypt` (and ends this Media: nothing may leave), or with what the router refused.
   */
  async send(source: Source, track: MediaStreamTrack, maxHeight: number): Promise<Sending> {
    const isVideo = kindOf(source) === 'video';
    const place = this.#placing({ direction: 'send', source, codec: isVideo ? 'vp8' : 'opus' });
    const producer = await this.#send.produce({
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      ...(isVideo && { encodings: videoEncodings({ height: track.getSettings().height, maxHeight }) }),
      onRtpSender: place,
      appData: { source },
    });
    this.#verify(producer.rtpSender);
    if (isVideo) await keepResolution(producer.rtpSender);
    const layers = isVideo && producer.rtpSender !== undefined ? new SimulcastLayers(producer.rtpSender) : undefined;
    return {
      replaceTrack: (next) => producer.replaceTrack({ track: next }),
      want: async (wanted) => layers?.want(wanted),
      sound: async () => soundOf([...(await producer.getStats()).values()] as RTCStats[]),
      close: async () => {
        producer.close();
        await this.#ask('producer.close', { source });
      },
    };
  }

  /** Starts receiving what `consumer` describes. Rejects with CallError `browser-cannot-encrypt` (and ends this Media) or `router-refused`. */
  async receive(participant: ParticipantId, source: Source, consumer: ConsumerParameters): Promise<Receiving> {
    const kind = kindOf(source);
    const codec = onlyCodec(consumer.rtpParameters.codecs, kind);
    if (codec === undefined) throw new CallError('router-refused');
    const place = this.#placing({ direction: 'receive', participant: participant.key, source, codec });
    const received = await this.#receive.consume({
      id: consumer.consumerId,
      producerId: consumer.producerId,
      kind,
      rtpParameters: consumer.rtpParameters as types.RtpParameters,
      // One stream of sound and picture is played in step; a screen is another.
      streamId:
        source === 'microphone' || source === 'camera'
          ? `person-${participant.toString()}`
          : `screen-${participant.toString()}`,
      onRtpReceiver: place,
    });
    this.#verify(received.rtpReceiver);
    return {
      track: received.track,
      mid: received.localId,
      close: () => {
        received.close();
      },
    };
  }

  /** The inbound numbers of every stream received now, by mid. */
  async statistics(): Promise<ReadonlyMap<string, RTCInboundRtpStreamStats>> {
    const streams = new Map<string, RTCInboundRtpStreamStats>();
    if (this.#receive.closed) return streams;
    const report = await this.#receive.getStats();
    for (const entry of report.values() as Iterable<RTCStats>)
      if (entry.type === 'inbound-rtp') {
        const stream = entry as RTCInboundRtpStreamStats;
        if (stream.mid !== undefined) streams.set(stream.mid, stream);
      }
    return streams;
  }

  close(reason: CallErrorCode): void {
    this.#send.close();
    this.#receive.close();
    this.lifetime.end(reason);
  }

  /** Places a transform in the task that made the sender or receiver; one without it must not live on. */
  #placing(options: TransformOptions): (end: RTCRtpSender | RTCRtpReceiver) => void {
    return (end) => {
      try {
        this.#transforms.place(end, options);
      } catch (error) {
        throw this.#cannotEncrypt(error);
      }
    };
  }

  #verify(end: RTCRtpSender | RTCRtpReceiver | undefined): void {
    try {
      this.#transforms.verify(end);
    } catch (error) {
      throw this.#cannotEncrypt(error);
    }
  }

  #cannotEncrypt(cause: unknown): CallError {
    this.close('browser-cannot-encrypt');
    return new CallError('browser-cannot-encrypt', { cause });
  }
}

/** W3C webrtc-stats, RTCAudioSourceStats; not in every browser. */
interface SoundStats extends RTCStats {
  readonly totalAudioEnergy?: number;
  readonly totalSamplesDuration?: number;
}

/** The sound of a sender's numbers. */
function soundOf(entries: readonly RTCStats[]): SoundTotals | undefined {
  const source = entries.find(({ type }) => type === 'media-source') as SoundStats | undefined;
  const { totalAudioEnergy: energy, totalSamplesDuration: seconds } = source ?? {};
  return energy === undefined || seconds === undefined ? undefined : { energy, seconds };
}

/** Rather fewer frames than a smaller picture when the processor is busy: the layers are what sizes are for. */
async function keepResolution(sender: RTCRtpSender | undefined): Promise<void> {
  if (sender === undefined) return;
  const parameters = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  await sender.setParameters(parameters).catch(() => undefined); // Firefox: a preference, not a need
}
