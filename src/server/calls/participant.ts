import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { CallMedia, MediaProducer, MediaTransport } from '../media/types.ts';
import type { Demand } from './demand.ts';
import { Presence, type Peer } from './presence.ts';
import { RelayOutbox } from './relay-outbox.ts';
import type { Subscription } from './subscription.ts';

export type Direction = 'send' | 'receive';

/** A source that is open, and whether it is paused. */
export interface OpenSource {
  readonly producer: MediaProducer;
  paused: boolean;
  /** What is wanted of it; undefined for audio. */
  readonly demand: Demand | undefined;
}

/** One client in one call, with all that is its own. Made and ended by its Call. */
export class Participant implements Disposable {
  readonly id: ParticipantId;
  readonly lifetime = new Lifetime<'left'>();
  readonly presence: Presence;
  readonly outbox: RelayOutbox;
  readonly sources = new Map<Source, OpenSource>();
  /** Keyed by `subscriptionKey`. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Directions whose transport has been given the client's DTLS parameters. */
  readonly connected = new Set<Direction>();
  readonly #transports = new Map<Direction, MediaTransport>();

  /** `expired` is told when its seat was held for nothing (PROTOCOL section 6, "Held seats"). */
  constructor(id: ParticipantId, peer: Peer, clock: Clock, expired: () => void) {
    this.id = id;
    this.presence = new Presence(peer, clock, expired);
    this.outbox = new RelayOutbox(clock, (notice) => {
      this.presence.notify(notice);
    });
  }

  get ended(): boolean {
    return this.lifetime.ended;
  }

  /** Throws CodedError `transport-exists`; `not-joined` when the participant left meanwhile. */
  async createTransport(direction: Direction, media: CallMedia): Promise<MediaTransport> {
    if (this.#transports.has(direction)) throw new CodedError('transport-exists');
    const transport = await media.createTransport();
    if (this.ended) {
      transport.close();
      throw new CodedError('not-joined');
    }
    this.#transports.set(direction, transport);
    return transport;
  }

  get transports(): ReadonlyMap<Direction, MediaTransport> {
    return this.#transports;
  }

  /** Throws CodedError `transport-missing`. */
  transport(direction: Direction): MediaTransport {
    const transport = this.#transports.get(direction);
    if (transport === undefined) throw new CodedError('transport-missing');
    return transport;
  }

  /** Throws CodedError `source-missing`. */
  source(source: Source): OpenSource {
    const open = this.sources.get(source);
    if (open === undefined) throw new CodedError('source-missing');
    return open;
  }

  /** Ends its transports, which take producers and consumers with them. */
  dropMedia(): void {
    for (const transport of this.#transports.values()) transport.close();
    this.#transports.clear();
    this.connected.clear();
    for (const { demand } of this.sources.values()) demand?.[Symbol.dispose]();
    this.sources.clear();
    for (const subscription of this.subscriptions.values()) subscription[Symbol.dispose]();
    this.subscriptions.clear();
  }

  /** Ends everything it has. */
  [Symbol.dispose](): void {
    this.lifetime.end('left');
    this.presence[Symbol.dispose]();
    this.outbox[Symbol.dispose]();
    this.dropMedia();
  }
}

/** Names one source of one participant among somebody's subscriptions. */
export function subscriptionKey(id: ParticipantId, source: Source): string {
  return `${id.key} ${source}`;
}
