import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { NoticeParams } from '../../shared/protocol/notices.ts';
import type { Params, Result } from '../../shared/protocol/requests.ts';
import type { Lifetime } from '../../shared/support/lifetime.ts';

/** RTP, DTLS and ICE parameters in the one form that crosses the wire (ORTC dictionaries). */
export type RtpParameters = Params<'producer.create'>['rtpParameters'];
export type RtpCapabilities = Result<'call.join'>['rtpCapabilities'];
export type DtlsParameters = Params<'transport.connect'>['dtlsParameters'];
export type TransportParameters = Result<'transport.create'>;
export type ConsumerParameters = NonNullable<Result<'subscription.set'>['consumer']>;
/** All that a transport and its media process hold on whoever uses it, without what its owner knows. */
export type TransportInventory = Omit<Inventory['transports'][number], 'direction' | 'transportId'>;
/** What goes out of a source to one receiver, as it was asked for and as it is. */
export type ConsumerInventory = Pick<
  Inventory['subscriptions'][number],
  'paused' | 'priority' | 'score' | 'layerWanted' | 'layerSent'
>;
/** What goes out to one receiver at one moment: which layer, or why none. */
export type Delivery = Pick<NoticeParams<'subscription.changed'>, 'layers' | 'why'>;
/** Zero-based layers of one video: simulcast or SVC from small to large, temporal from slow to fast. */
export type Layers = NonNullable<Delivery['layers']>;
/** What goes over one transport: bits a second, and the shares of packets, from 0 to 1, that get lost. */
export interface Traffic {
  readonly bitsIn: number;
  readonly bitsOut: number;
  readonly lossIn: number;
  readonly lossOut: number;
}
export type MediaKind = 'audio' | 'video';

/** Where calls get their media from. What a test puts between itself and the engine implements these five. */
export interface MediaPool {
  /** Media of its own for one call. Throws CodedError `router-full` when there is no port or process left. */
  take(): Promise<CallMedia>;
  /** Ends all media, of running calls too. Resolves when every media process is gone. */
  close(): Promise<void>;
}

/** The media of one call: one process, one port. */
export interface CallMedia {
  /** What the profile's clients may send and receive; nothing else is ever negotiated. */
  readonly rtpCapabilities: RtpCapabilities;
  /** `died`: by itself. All below it has ended then, too. */
  readonly lifetime: Lifetime<'closed' | 'died'>;
  /** What its process uses of one processor, from 0 to 1, as of the last look. */
  readonly coreShare: number;
  createTransport(): Promise<MediaTransport>;
  close(): void;
}

/** One participant's way in one direction. Ends with its call's media. */
export interface MediaTransport {
  /** As of now: `restartIce` changes some. */
  readonly parameters: TransportParameters;
  /** Throws CodedError `transport-refused`. */
  connect(dtlsParameters: DtlsParameters): Promise<void>;
  /** New ICE credentials; media go on over the path there is until the client has found another. */
  restartIce(): Promise<TransportParameters['iceParameters']>;
  /** Throws CodedError `source-refused` for anything outside the profile. */
  produce(kind: MediaKind, rtpParameters: RtpParameters): Promise<MediaProducer>;
  /** Starts paused. Throws CodedError `source-missing` when the producer has gone. */
  consume(producerId: string): Promise<MediaConsumer>;
  /** Read from the engine when asked; nothing of it is kept. Throws CodedError `transport-missing` when it is closed. */
  inventory(): Promise<TransportInventory>;
  close(): void;
}

/** What comes in from one source. */
export interface MediaProducer {
  readonly id: string;
  readonly rtpParameters: RtpParameters;
  /** How well each layer arrives, from 0 to 10. */
  readonly scores: readonly number[];
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): void;
}

/** What goes out of one source to one receiver. Ends with its producer. */
export interface MediaConsumer {
  readonly parameters: ConsumerParameters;
  /** How many simulcast and temporal layers there are to choose from; 1 and 1 when there is no choice. */
  readonly layers: { readonly spatial: number; readonly temporal: number };
  /** What goes out at this moment; undefined when that is about to be decided: no path yet, not resumed, or before a key frame. */
  delivery(): Promise<Delivery | undefined>;
  /** The layer that goes out now or from the next key frame on; null when the receiver's line is too weak for any, and for audio. */
  granted(): Promise<Layers | null>;
  /** Calls `listener` whenever what goes out may have changed. */
  onChange(listener: () => void): void;
  resume(): Promise<void>;
  /** Zero-based layers; higher ones are not sent. Without effect when there is no choice. */
  prefer(layers: Layers): Promise<void>;
  /** 1 is served last, 255 first, when not all fits. */
  prioritise(priority: number): Promise<void>;
  requestKeyFrame(): Promise<void>;
  /** Read from the engine when asked; nothing of it is kept. */
  inventory(): ConsumerInventory;
  close(): void;
}
