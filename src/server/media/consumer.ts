import type { EventEmitter } from 'node:events';
import { parseScalabilityMode } from 'mediasoup';
import type { Consumer, ConsumerLayers, WebRtcTransport } from 'mediasoup/types';
import { rtpParameters } from '../../shared/protocol/media-parameters.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { LayerWatch } from './layer-watch.ts';
import { orRefuse } from './refuse.ts';
import { wireForm } from './wire-form.ts';
import type { ConsumerInventory, ConsumerParameters, Delivery, Layers, MediaConsumer } from './types.ts';

/** Tells under a producer's id of each of its key frames, when it begins to come. */
export type KeyFrames = EventEmitter<Record<string, []>>;

/** A consumer of mediasoup's. Its source may close at any moment: then everything throws CodedError `source-missing`. */
export class MediasoupConsumer implements MediaConsumer {
  readonly parameters: ConsumerParameters;
  readonly layers: { readonly spatial: number; readonly temporal: number };
  readonly #consumer: Consumer;
  readonly #transport: WebRtcTransport;
  readonly #layerWatch: LayerWatch;
  /** Its receiver has asked for it. */
  #resumed = false;
  /** The receiver's line cannot take it just now. */
  #held = false;

  /** `transport`: the one that it goes out by. `keyFrames`: of its call. */
  constructor(consumer: Consumer, transport: WebRtcTransport, keyFrames: KeyFrames, clock: Clock) {
    this.#consumer = consumer;
    this.#transport = transport;
    this.#layerWatch = new LayerWatch(consumer, clock);
    if (consumer.type !== 'simple') this.#watch(keyFrames);
    this.parameters = {
      consumerId: consumer.id,
      producerId: consumer.producerId,
      rtpParameters: wireForm(rtpParameters, consumer.rtpParameters),
    };
    const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode;
    const { spatialLayers, temporalLayers } = parseScalabilityMode(mode);
    this.layers =
      consumer.type === 'simple' ? { spatial: 1, temporal: 1 } : { spatial: spatialLayers, temporal: temporalLayers };
  }

  async delivery(): Promise<Delivery | undefined> {
    const { producerPaused, paused, score, type, currentLayers } = this.#consumer;
    if (producerPaused) return { layers: null, why: 'paused' };
    if (this.#held) return { layers: null, why: 'bandwidth' };
    if (paused || !this.#connected) return undefined;
    if (score.producerScores.every((arrives) => arrives === 0)) return { layers: null, why: 'not-sent' };
    if (type === 'simple') return { layers: onlyLayer, why: 'sent' };
    const sent = layerOf(currentLayers);
    if (sent !== null) return { layers: sent, why: 'sent' };
    return (await this.#target()) === null ? { layers: null, why: 'bandwidth' } : undefined;
  }

  async granted(): Promise<Layers | null> {
    const { kind, type, paused, preferredLayers } = this.#consumer;
    if (kind === 'audio') return null;
    if (type === 'simple') return onlyLayer;
    // What fits is decided when it begins.
    if (this.#held) return null;
    return paused || !this.#connected ? layerOf(preferredLayers) : this.#target();
  }

  onChange(listener: () => void): void {
    for (const event of ['layerschange', 'score', 'producerpause', 'producerresume'] as const)
      this.#consumer.on(event, listener);
    for (const event of ['pause', 'resume'] as const) this.#consumer.observer.on(event, listener);
    const transport = this.#transport;
    transport.on('icestatechange', listener);
    transport.on('dtlsstatechange', listener);
    this.#consumer.observer.once('close', () => {
      transport.off('icestatechange', listener);
      transport.off('dtlsstatechange', listener);
    });
  }

  /** It is a picture that its receiver waits for and its sender sends. */
  get ready(): boolean {
    const { kind, paused, producerPaused, score } = this.#consumer;
    return kind === 'video' && !paused && !producerPaused && score.producerScores.some((arrives) => arrives > 0);
  }

  /** Some layer of it goes out. */
  get sending(): boolean {
    return this.#consumer.type === 'simple' || this.#consumer.currentLayers !== undefined;
  }

  /**
   * Lets it go out, from when the path stands. The engine would ask for a key frame at once; one that comes before there is a path
   * is lost, and the next may be asked for only `limits.keyFrameMs` later.
   */
  async resume(): Promise<void> {
    this.#resumed = true;
    if (this.#connected) {
      if (!this.#held) await orRefuse('source-missing', this.#consumer.resume());
      return;
    }
    const transport = this.#transport;
    const stop = (): void => {
      transport.off('icestatechange', follow);
      transport.off('dtlsstatechange', follow);
    };
    const follow = (): void => {
      if (!this.#connected) return;
      stop();
      this.resume().catch(() => undefined); // its source has closed
    };
    transport.on('icestatechange', follow);
    transport.on('dtlsstatechange', follow);
    this.#consumer.observer.once('close', stop);
  }

  /** Sends nothing of it, and nothing again, until it is let go (`held` false). A sound is never held. */
  async hold(held: boolean): Promise<void> {
    if (this.#consumer.kind === 'audio') return;
    this.#held = held;
    if (held) await this.#consumer.pause();
    else if (this.#resumed) await this.resume();
  }

  async prefer({ spatial, temporal }: Layers): Promise<void> {
    if (this.#consumer.type === 'simple') return;
    this.#layerWatch.cancel();
    await orRefuse(
      'source-missing',
      this.#consumer.setPreferredLayers({ spatialLayer: spatial, temporalLayer: temporal }),
    );
  }

  async prioritise(priority: number): Promise<void> {
    await orRefuse('source-missing', this.#consumer.setPriority(priority));
  }

  /**
   * Has the engine choose anew among all layers, if it keeps this receiver below what it has use for, or is about to. That stops
   * the picture until the next key frame, which is asked for.
   */
  async retry(): Promise<void> {
    if (this.#consumer.type === 'simple') return;
    const target = await this.#target();
    const { paused, preferredLayers } = this.#consumer; // it may have been held meanwhile
    if (paused || (target?.spatial ?? 0) >= (preferredLayers?.spatialLayer ?? 0)) return;
    await this.#consumer.pause();
    await this.#consumer.resume();
  }

  async requestKeyFrame(): Promise<void> {
    await orRefuse('source-missing', this.#consumer.requestKeyFrame());
  }

  inventory(): ConsumerInventory {
    const { paused, priority, score, preferredLayers, currentLayers } = this.#consumer;
    return {
      paused,
      priority,
      score: score.score,
      layerWanted: layerOf(preferredLayers),
      layerSent: layerOf(currentLayers),
    };
  }

  close(): void {
    this.#consumer.close();
  }

  #watch(keyFrames: KeyFrames): void {
    const { producerId, observer } = this.#consumer;
    const come = (): void => {
      this.#layerWatch.keyFrame();
    };
    keyFrames.on(producerId, come);
    observer.once('close', () => {
      keyFrames.off(producerId, come);
      this.#layerWatch.cancel();
    });
  }

  get #connected(): boolean {
    const { dtlsState, iceState } = this.#transport;
    return dtlsState === 'connected' && (iceState === 'connected' || iceState === 'completed');
  }

  /** The layers that the engine has chosen for this receiver's line, which begin with a key frame; null when none fits. */
  async #target(): Promise<Layers | null> {
    const dump = await orRefuse('source-missing', this.#consumer.dump());
    if (!('targetSpatialLayer' in dump) || dump.targetSpatialLayer < 0) return null;
    return { spatial: dump.targetSpatialLayer, temporal: Math.max(0, dump.targetTemporalLayer) };
  }
}

/** A video of one layer. */
const onlyLayer: Layers = { spatial: 0, temporal: 0 };

function layerOf(layers: ConsumerLayers | undefined): Layers | null {
  return layers === undefined
    ? null
    : { spatial: layers.spatialLayer, temporal: Math.max(0, layers.temporalLayer ?? 0) };
}
