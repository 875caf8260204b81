import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import type { Source } from '../../shared/identity/source.ts';
import { CodedError, type CloseReason } from '../../shared/protocol/errors.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { CallMedia, MediaConsumer, MediaProducer, MediaTransport } from '../media/types.ts';
import { RelayOutbox } from './relay-outbox.ts';

/** How a participant is reached. */
export interface Peer {
  notify(notice: Notice): void;
  /** The call has ended for this participant, and not by its own leaving. */
  end(reason: CloseReason): void;
}

export type Direction = 'send' | 'receive';

/** A source that is open, and whether it is paused. */
export interface OpenSource {
  readonly producer: MediaProducer;
  paused: boolean;
}

/** What one participant receives from one source of another. */
export interface Subscription {
  readonly of: OpenSource;
  readonly consumer: MediaConsumer;
}

/** One client in one call, with all that is its own. Made and ended by its Call. */
export class Participant implements Disposable {
  readonly id: ParticipantId;
  readonly peer: Peer;
  readonly outbox: RelayOutbox;
  readonly sources = new Map<Source, OpenSource>();
  /** Keyed by `subscriptionKey`. */
  readonly subscriptions = new Map<string, Subscription>();
  readonly #transports = new Map<Direction, MediaTransport>();
  #ended = false;

  constructor(id: ParticipantId, peer: Peer, clock: Clock) {
    this.id = id;
    this.peer = peer;
    this.outbox = new RelayOutbox(clock, (notice) => {
      peer.notify(notice);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Throws CodedError `transport-exists`; `not-joined` when the participant left meanwhile. */
  async createTransport(direction: Direction, media: CallMedia): Promise<MediaTransport> {
    if (this.#transports.has(direction)) throw new CodedError('transport-exists');
    const transport = await media.createTransport();
    if (this.#ended) {
      transport.close();
      throw new CodedError('not-joined');
    }
    this.#transports.set(direction, transport);
    return transport;
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

  /** Ends everything it has; its transports take producers and consumers with them. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.outbox[Symbol.dispose]();
    for (const transport of this.#transports.values()) transport.close();
    this.#transports.clear();
    this.sources.clear();
    this.subscriptions.clear();
  }
}

/** Names one source of one participant among somebody's subscriptions. */
export function subscriptionKey(id: ParticipantId, source: Source): string {
  return `${id.key} ${source}`;
}
