import { toHex } from '../../../shared/support/bytes.ts';
import type { AuthenticatedPeer } from './authenticated-peer.ts';
import { mostUnauthenticated } from './pace.ts';
import { ArrivingPeer, RefusedPeer, type Peer } from './peer.ts';
import { participantOf } from './self.ts';

/** What two participants must not share. */
type Keys = Pick<AuthenticatedPeer, 'identity' | 'ephemeral'>;

/** Everybody but oneself that the router has shown and that has not gone, in order of joining. */
export class Members {
  readonly #own: string;
  readonly #peers = new Map<string, Peer>();
  readonly #gone = new Set<string>();
  readonly #refusedKeys = new Set<string>();

  /** `own`: one's own id, which nobody else may come under. */
  constructor(own: string) {
    this.#own = own;
  }

  get all(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  get authenticated(): readonly AuthenticatedPeer[] {
    return this.all.filter((peer) => peer.standing === 'authenticated');
  }

  get(participant: string): Peer | undefined {
    return this.#peers.get(participant);
  }

  /** The router shows a participant. One's own id, one that is here, one that has gone, and one too many are ignored. */
  show(participant: string, nowMs: number): void {
    const id = participantOf(participant);
    if (id === undefined || participant === this.#own) return;
    if (this.#peers.has(participant) || this.#gone.has(participant)) return;
    if (this.#peers.size - this.authenticated.length >= mostUnauthenticated) return;
    this.#peers.set(participant, new ArrivingPeer(id, nowMs));
  }

  /** A participant that is here has come to another standing. */
  update(peer: Peer): void {
    this.#peers.set(peer.id.key, peer);
  }

  /** Nothing more is taken from this one, but it is still shown. Whoever authenticates with `keys` again is refused, too. */
  refuse({ id }: Peer, keys?: Keys): void {
    if (keys !== undefined) for (const name of namesOf(keys)) this.#refusedKeys.add(name);
    this.update(new RefusedPeer(id));
  }

  /** It is not here any more, and its id is never accepted again. */
  remove(participant: string): void {
    this.#peers.delete(participant);
    this.#gone.add(participant);
  }

  /** Whether somebody with one of these keys was refused before. */
  hasRefused(keys: Keys): boolean {
    return namesOf(keys).some((name) => this.#refusedKeys.has(name));
  }

  /** The authenticated that have one of these keys. */
  twinsOf(keys: Keys): readonly AuthenticatedPeer[] {
    const names = namesOf(keys);
    return this.authenticated.filter((peer) => namesOf(peer).some((name) => names.includes(name)));
  }
}

function namesOf({ identity, ephemeral }: Keys): string[] {
  return [`identity ${toHex(identity)}`, `ephemeral ${toHex(ephemeral)}`];
}
