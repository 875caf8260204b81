import { CodedError } from '../../src/shared/protocol/errors.ts';
import { Lifetime } from '../../src/shared/support/lifetime.ts';
import type { Gate } from '../../src/server/calls/calls.ts';
import type {
  CallMedia,
  ConsumerInventory,
  Delivery,
  Layers,
  MediaConsumer,
  MediaPool,
  MediaProducer,
  MediaTransport,
  TransportInventory,
} from '../../src/server/media/types.ts';

/** A router that has room for everybody. */
export const openGate: Gate = { open: true, admitsCall: () => true, admitsParticipant: () => true };

/** Media without an engine: counts what was asked of it, refuses when told to. */
export class FakeMediaPool implements MediaPool {
  /** Every call's media there ever was. */
  readonly taken: FakeCallMedia[] = [];
  full = false;
  /** Set: `take` waits for it. */
  gate: Promise<void> | undefined;

  async take(): Promise<CallMedia> {
    await this.gate;
    if (this.full) throw new CodedError('router-full');
    const media = new FakeCallMedia();
    this.taken.push(media);
    return media;
  }

  async close(): Promise<void> {
    for (const media of this.taken) media.close();
    return Promise.resolve();
  }
}

export class FakeCallMedia implements CallMedia {
  readonly rtpCapabilities = { codecs: [], headerExtensions: [] };
  readonly lifetime = new Lifetime<'closed' | 'died'>();
  coreShare = 0;
  readonly transports: FakeTransport[] = [];
  readonly producers = new Map<string, FakeProducer>();
  /** Set: `createTransport` waits for it. */
  gate: Promise<void> | undefined;

  async createTransport(): Promise<MediaTransport> {
    await this.gate;
    const transport = new FakeTransport(this, this.transports.length);
    this.transports.push(transport);
    return Promise.resolve(transport);
  }

  close(): void {
    this.lifetime.end('closed');
  }
}

class FakeTransport implements MediaTransport {
  readonly parameters;
  readonly consumers: FakeConsumer[] = [];
  open = true;
  readonly #media: FakeCallMedia;

  constructor(media: FakeCallMedia, number: number) {
    this.#media = media;
    this.parameters = {
      transportId: `transport-${number}`,
      iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
      iceCandidates: [],
      dtlsParameters: { role: 'auto' as const, fingerprints: [{ algorithm: 'sha-256' as const, value: '00' }] },
    };
  }

  async connect(): Promise<void> {
    return Promise.resolve();
  }

  async restartIce(): Promise<MediaTransport['parameters']['iceParameters']> {
    return Promise.resolve({ usernameFragment: 'v', password: 'q', iceLite: true });
  }

  async produce(): Promise<MediaProducer> {
    const producer = new FakeProducer(`producer-${this.#media.producers.size}`);
    this.#media.producers.set(producer.id, producer);
    return Promise.resolve(producer);
  }

  async inventory(): Promise<TransportInventory> {
    const [iceState, dtlsState] = ['completed', 'connected'] as const;
    const address = { ip: '192.0.2.7', port: 50_000, protocol: 'udp' as const };
    return Promise.resolve({
      iceState,
      dtlsState,
      address,
      clientFingerprint: 'AB:CD',
      bytesReceived: 1,
      bytesSent: 2,
      lineBitrate: null,
    });
  }

  async consume(producerId: string): Promise<MediaConsumer> {
    const producer = this.#media.producers.get(producerId);
    if (producer?.open !== true) throw new CodedError('source-missing');
    const consumer = new FakeConsumer(producerId);
    this.consumers.push(consumer);
    return Promise.resolve(consumer);
  }

  close(): void {
    this.open = false;
  }
}

class FakeProducer implements MediaProducer {
  readonly id: string;
  readonly rtpParameters = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000 }] };
  readonly scores = [10];
  paused = false;
  open = true;

  constructor(id: string) {
    this.id = id;
  }

  async pause(): Promise<void> {
    this.paused = true;
    return Promise.resolve();
  }

  async resume(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }

  close(): void {
    this.open = false;
  }
}

/** Media that a test says what becomes of. */
export class FakeConsumer implements MediaConsumer {
  readonly parameters;
  readonly layers = { spatial: 3, temporal: 3 };
  readonly asked: string[] = [];
  open = true;
  #now: Delivery | undefined;
  #listener: () => void = () => undefined;

  constructor(producerId: string) {
    const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }] };
    this.parameters = { consumerId: `of-${producerId}`, producerId, rtpParameters };
  }

  async resume(): Promise<void> {
    return this.#note('resume');
  }

  async prefer({ spatial, temporal }: Layers): Promise<void> {
    return this.#note(`prefer ${spatial} ${temporal}`);
  }

  async prioritise(priority: number): Promise<void> {
    return this.#note(`prioritise ${priority}`);
  }

  async requestKeyFrame(): Promise<void> {
    return this.#note('key frame');
  }

  /** From now on that goes out, and the engine says that something changed. */
  change(now: Delivery | undefined): void {
    this.#now = now;
    this.#listener();
  }

  async delivery(): Promise<Delivery | undefined> {
    return Promise.resolve(this.#now);
  }

  async granted(): Promise<Layers | null> {
    return Promise.resolve(this.#now?.layers ?? null);
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  inventory(): ConsumerInventory {
    return { paused: false, priority: 1, score: 10, layerWanted: null, layerSent: null };
  }

  close(): void {
    this.open = false;
  }

  async #note(what: string): Promise<void> {
    this.asked.push(what);
    return Promise.resolve();
  }
}
