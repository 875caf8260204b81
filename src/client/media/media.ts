import type { Device, types } from 'mediasoup-client';
import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import { CallError } from '../call/call-error.ts';
import type { CallErrorCode } from '../call/types.ts';
import type { TransformOptions, VideoCodec } from '../encryption/messages.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { acceptable, negotiated, onlyCodec } from './codecs.ts';
import { makeDevice } from './device.ts';
import { screenEncodings, videoEncodings, type Picture } from './encodings.ts';
import { Patience } from './patience.ts';
import type { PathState } from './path-repair.ts';
import { ReceivedNumbers, receivedIn } from './received-numbers.ts';
import { SimulcastLayers } from './simulcast.ts';
import { SvcLayers, svcEncoding, type Layers } from './svc.ts';
import type { Transforms } from './transform.ts';

/**
 * What our line is taken to carry when a picture begins, in bits a second, until it was measured. Without it Chromium 156 takes it
 * for 0.3 to 0.5 Mbit/s for as long as little is wanted, and then needs 3 to 20 s for larger layers: 0.34 Mbit/s are needed for the
 * second of a camera, 1.04 for the third (measured). Higher overwhelms weak lines for a moment.
 */
const startBitrate = 1_200_000;
/** Constant bitrate of a screen's sound, in bits a second: 320 bytes for each 40 ms, since it may be music. */
const screenSoundBitrate = 64_000;

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

/** How a source is to be sent; what is not said for a sound. */
export interface SendOptions {
  /** The most that may be sent of a picture, in pixels. */
  readonly maxHeight: number;
  readonly codec: VideoCodec;
  /** What of a picture is encoded at first, as in `Sending.want`; undefined: all. */
  readonly layers?: Layers | null | undefined;
}

/** One source of another participant on its way from the router. */
export interface Receiving {
  readonly track: MediaStreamTrack;
  close(): void;
}

type Direction = 'send' | 'receive';

/** The parameters of a consumer, as the router answers `subscription.set`. */
type ConsumerParameters = NonNullable<Result<'subscription.set'>['consumer']>;

/** The media of one participant in one call: one transport each way, every stream through the encryption worker. */
export class Media {
  readonly lifetime = new Lifetime<CallErrorCode>();
  readonly #ask: Ask;
  readonly #send: types.Transport;
  readonly #receive: types.Transport;
  readonly #transforms: Transforms;
  readonly #device: Device;
  readonly #layered: readonly VideoCodec[];
  /** What is received, by the mid that the browser has for it. */
  readonly #receivings = new Map<
    string,
    { readonly receiving: Receiving; readonly receiver: RTCRtpReceiver | undefined }
  >();
  readonly #producers = new Set<types.Producer>();
  #resting = false;
  readonly #patience = new Patience();
  readonly #numbers = new ReceivedNumbers();
  #onPath: (direction: Direction, state: PathState) => void = () => undefined;

  /**
   * `layered`: video codecs that this browser sends in layers within one stream. The router is asked at once, so that what is
   * subscribed to from then on has a transport. Rejects with CallError: `browser-cannot-encrypt` when no
   * codec is left that can be encrypted, or what `ask` rejects with.
   */
  static async create(
    ask: Ask,
    rtpCapabilities: Result<'call.join'>['rtpCapabilities'],
    transforms: Transforms,
    layered: readonly VideoCodec[],
    newDevice: () => Promise<Device> = makeDevice,
  ): Promise<Media> {
    const load = async (): Promise<Device> => {
      const device = await newDevice().catch((error: unknown) => {
        throw new CallError('browser-cannot-encrypt', { cause: error });
      });
      await device.load({ routerRtpCapabilities: acceptable(rtpCapabilities as types.RtpCapabilities) });
      return device;
    };
    const [send, receive, device] = await Promise.all([
      ask('transport.create', { direction: 'send' }),
      ask('transport.create', { direction: 'receive' }),
      load(),
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
      device,
      layered,
      device.createSendTransport(options(send)),
      device.createRecvTransport(options(receive)),
    );
  }

  private constructor(
    ask: Ask,
    transforms: Transforms,
    device: Device,
    layered: readonly VideoCodec[],
    send: types.Transport,
    receive: types.Transport,
  ) {
    this.#ask = ask;
    this.#transforms = transforms;
    this.#device = device;
    this.#layered = layered;
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
        if (state !== 'closed') this.#onPath(direction, state);
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
   * Starts sending `track`, encrypted. Rejects with CallError `browser-cannot-encrypt` (and ends this Media: nothing may
   * leave), or with what the router refused.
   */
  async send(
    source: Source,
    track: MediaStreamTrack,
    { maxHeight, codec, layers: atFirst }: SendOptions,
  ): Promise<Sending> {
    const isVideo = kindOf(source) === 'video';
    const place = await this.#placing({ direction: 'send', source, codec: isVideo ? codec : 'opus' });
    const picture = { height: track.getSettings().height, maxHeight };
    let layers: SimulcastLayers | SvcLayers | undefined;
    let prepared: Promise<void> | undefined;
    const producer = await this.#send.produce({
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      ...(isVideo && {
        ...this.#video(source, codec, picture),
        codecOptions: { videoGoogleStartBitrate: startBitrate / 1_000 },
      }),
      ...(source === 'screen-audio' && { codecOptions: { opusMaxAverageBitrate: screenSoundBitrate, opusNack: true } }),
      onRtpSender: (sender) => {
        place(sender);
        if (!isVideo) return;
        layers = this.#layersOf(sender, codec, picture);
        // Before it is negotiated: later, its encoder would begin with what is not wanted, and then begin anew.
        prepared = prepare(sender, source, layers, atFirst);
      },
      appData: { source },
    });
    this.#producers.add(producer);
    this.#verify(producer.rtpSender);
    await prepared;
    return {
      replaceTrack: (next) => producer.replaceTrack({ track: next }),
      want: async (wanted) => layers?.want(wanted),
      sound: async () => soundOf([...(await producer.getStats()).values()] as RTCStats[]),
      close: async () => {
        producer.close();
        this.#producers.delete(producer);
        await this.#ask('producer.close', { source });
      },
    };
  }

  /** Starts receiving what `consumer` describes. Rejects with CallError `browser-cannot-encrypt` (and ends this Media) or `router-refused`. */
  async receive(participant: ParticipantId, source: Source, consumer: ConsumerParameters): Promise<Receiving> {
    const kind = kindOf(source);
    const codec = onlyCodec(consumer.rtpParameters.codecs, kind);
    if (codec === undefined || negotiated(this.#device.recvRtpCapabilities, codec) === undefined)
      throw new CallError('router-refused');
    const place = await this.#placing({ direction: 'receive', participant: participant.key, source, codec });
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
    const receiving = {
      track: received.track,
      close: () => {
        if (!this.#resting) received.close();
        this.#receivings.delete(received.localId);
      },
    };
    this.#receivings.set(received.localId, { receiving, receiver: received.rtpReceiver });
    return receiving;
  }

  /** Hears how each transport fares, from now on. */
  followPaths(onPath: (direction: Direction, state: PathState) => void): void {
    this.#onPath = onPath;
  }

  /** Looks for another way to the router for everything that is sent and received. Rejects like `ask`. */
  async restartIce(): Promise<void> {
    await Promise.all(
      ([this.#send, this.#receive] as const).map(async (transport) => {
        if (transport.connectionState === 'new') return;
        const { iceParameters } = await this.#ask('transport.restart-ice', {
          direction: transport.direction === 'send' ? 'send' : 'receive',
        });
        await transport.restartIce({ iceParameters });
      }),
    );
  }

  /** The inbound numbers of every stream received now. To be called often: from them is seen how long media is to wait. */
  async statistics(): Promise<ReadonlyMap<Receiving, RTCInboundRtpStreamStats>> {
    const streams = new Map<Receiving, RTCInboundRtpStreamStats>();
    if (this.#receive.closed || this.#resting) return streams;
    const entries = this.#numbers.of(await this.#receive.getStats());
    for (const entry of entries)
      if (entry.type === 'inbound-rtp') {
        const stream = entry as RTCInboundRtpStreamStats;
        const receiving = this.#receivings.get(stream.mid ?? '')?.receiving;
        if (receiving !== undefined) streams.set(receiving, stream);
      }
    const targetMs = this.#patience.look(receivedIn(entries), performance.now());
    // To set it, even to what it is, waits for the thread that receives.
    for (const { receiver } of this.#receivings.values())
      if (receiver !== undefined && receiver.jitterBufferTarget !== targetMs) receiver.jitterBufferTarget = targetMs;
    return streams;
  }

  /**
   * Sends nothing more, and nothing more is made of what comes. `close` is still to come: it holds the page's thread for 0.2 to 0.3 s
   * while encoders and decoders end (Chromium 156, a busy machine), and those who make new media need it just then.
   */
  rest(reason: CallErrorCode): void {
    this.#resting = true;
    for (const producer of this.#producers) producer.replaceTrack({ track: null }).catch(() => undefined); // it has closed
    this.lifetime.end(reason);
  }

  close(reason: CallErrorCode): void {
    this.#send.close();
    this.#receive.close();
    this.lifetime.end(reason);
  }

  /** VP8 in a stream for each size, other codecs in one stream, with layers in it where the browser has them. */
  #video(
    source: Source,
    name: VideoCodec,
    picture: Picture,
  ): { codec: types.RtpCodecCapability; encodings: types.RtpEncodingParameters[] } {
    const codec = negotiated(this.#device.sendRtpCapabilities, name);
    if (codec === undefined) throw new CallError('router-refused');
    const sizes = encodingsOf(source, picture);
    if (name === 'vp8') return { codec, encodings: sizes };
    return { codec, encodings: this.#layered.includes(name) ? [svcEncoding(picture)] : sizes.slice(-1) };
  }

  /** What has less of a video encoded when less is wanted. */
  #layersOf(sender: RTCRtpSender, codec: VideoCodec, picture: Picture): SimulcastLayers | SvcLayers {
    return codec !== 'vp8' && this.#layered.includes(codec)
      ? new SvcLayers(sender, picture)
      : new SimulcastLayers(sender);
  }

  /** Makes a transform; the answer places it in the task that made the sender or receiver. One without it must not live on. */
  async #placing(stream: TransformOptions): Promise<(end: RTCRtpSender | RTCRtpReceiver) => void> {
    const transform = await this.#untilEnded(
      this.#transforms.make(stream).catch((error: unknown) => {
        throw this.#cannotEncrypt(error);
      }),
    );
    return (end) => {
      try {
        this.#transforms.place(end, transform);
      } catch (error) {
        throw this.#cannotEncrypt(error);
      }
    };
  }

  /** What `promise` gives; rejects with CallError when this Media ends before. */
  async #untilEnded<T>(promise: Promise<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const stopListening = this.lifetime.onEnd((code) => {
      reject(new CallError(code));
    });
    return Promise.race([promise, ended]).finally(stopListening);
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

function encodingsOf(source: Source, picture: Picture): types.RtpEncodingParameters[] {
  return source === 'screen' ? screenEncodings(picture) : videoEncodings(picture);
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

/** What is asked of a picture's sender before it is negotiated. */
async function prepare(
  sender: RTCRtpSender,
  source: Source,
  layers: SimulcastLayers | SvcLayers,
  atFirst: Layers | null | undefined,
): Promise<void> {
  if (source === 'camera') await keepResolution(sender); // a screen's content hint says more
  if (atFirst !== undefined) await layers.want(atFirst).catch(() => undefined); // then all is, until the router says again
}

/** Rather fewer frames than a smaller picture when the processor is busy: the layers are what sizes are for. */
async function keepResolution(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  await sender.setParameters(parameters).catch(() => undefined); // Firefox: a preference, not a need
}
