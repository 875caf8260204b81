import { Store } from '../../src/client/call/store.ts';
import {
  CallError,
  type Agreement,
  type Call,
  type Connection,
  type Encryption,
  type Inventory,
  type OwnSource,
  type Participant,
  type TurnOnOptions,
} from '../../src/client/index.ts';
import { sampleInventory } from './page-inventory.ts';

/** A track that remembers whether it was stopped. */
export class FakeTrack extends EventTarget {
  stopped = false;
  readonly kind: 'audio' | 'video';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.stopped = true;
  }

  /** As the type that the code under test takes. */
  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** A source that does what it is told, or fails with `failure`. */
class FakeSource implements OwnSource {
  readonly state = new Store<'off' | 'starting' | 'on' | 'muted'>('off');
  readonly track = new Store<MediaStreamTrack | undefined>(undefined);
  failure: Error | undefined;
  readonly #afterOff: 'off' | 'muted';

  constructor(afterOff: 'off' | 'muted') {
    this.#afterOff = afterOff;
  }

  turnOn(options: TurnOnOptions = {}): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (options.track !== undefined) this.track.set(options.track);
    this.state.set('on');
    return Promise.resolve();
  }

  turnOff(): Promise<void> {
    this.state.set(this.#afterOff);
    return Promise.resolve();
  }
}

/** A call that the test plays. */
export class FakeCall implements Call {
  readonly participants = new Store<readonly Participant[]>([]);
  readonly speakers = new Store<readonly string[]>([]);
  readonly connection = new Store<Connection>({ phase: 'connected', reason: undefined });
  readonly encryption = new Store<Encryption>({ agreement: { state: 'alone' } });
  readonly microphone = new FakeSource('muted');
  readonly camera = new FakeSource('off');
  readonly screen = new FakeSource('off');
  readonly sound = { blocked: new Store(false), unlock: (): Promise<void> => Promise.resolve() };
  readonly joinMs = 0;

  agree(agreement: Agreement): void {
    this.encryption.set({ agreement });
  }

  end(reason: Connection['reason']): void {
    this.connection.set({ phase: 'ended', reason });
  }

  /** Rejects once it has ended. */
  inventory(): Promise<Inventory> {
    const ended = this.connection.get().phase === 'ended';
    return ended ? Promise.reject(new CallError('ended')) : Promise.resolve(sampleInventory);
  }

  statistics(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  leave(): Promise<void> {
    this.end('left');
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }
}

/** A tab's or a device's storage. */
export class FakeStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
