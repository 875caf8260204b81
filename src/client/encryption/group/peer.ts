import type { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { CodedError } from '../../../shared/protocol/errors.ts';
import { equal, type Bytes } from '../../../shared/support/bytes.ts';
import { authBody, claimedIdentity, verifyAuth, type Identified, type ProofContext } from './auth.ts';
import type { AuthenticatedPeer } from './authenticated-peer.ts';
import { contentKinds } from './content.ts';
import { PairChannel } from './pair-channel.ts';
import { pairKeys, sideOf, transcriptOf, type Side } from './pair-keys.ts';
import type { Self } from './self.ts';

/** Another participant, by what it has proved. Only one that has authenticated can be sent a media key. */
export type Peer = ArrivingPeer | HalfOpenPeer | AuthenticatedPeer | RefusedPeer;

/** The router has shown it; it has said nothing that opened. */
export class ArrivingPeer {
  readonly standing = 'arriving';
  readonly id: ParticipantId;
  readonly shownMs: number;

  constructor(id: ParticipantId, shownMs: number) {
    this.id = id;
    this.shownMs = shownMs;
  }
}

/** Something about it did not match; nothing of it is looked at any more. */
export class RefusedPeer {
  readonly standing = 'refused';
  readonly id: ParticipantId;

  constructor(id: ParticipantId) {
    this.id = id;
  }
}

/** Its hello has opened, which anybody with the call key could have made and a router can replay. It has proved nothing. */
export class HalfOpenPeer {
  readonly standing = 'half-open';
  readonly id: ParticipantId;
  readonly ephemeral: Bytes;
  readonly openedMs: number;
  readonly #self: Self;
  readonly #side: Side;
  readonly #transcript: Bytes;
  readonly #channel: PairChannel;

  /** Of a hello from `id`. Throws CodedError `public-key-refused` (see `agree`). */
  constructor(self: Self, id: ParticipantId, ephemeral: Bytes, openedMs: number) {
    this.id = id;
    this.ephemeral = ephemeral;
    this.openedMs = openedMs;
    this.#self = self;
    this.#side = sideOf(self.id, id);
    const own = { id: self.id, ephemeral: self.ephemeral.publicKey };
    this.#transcript = transcriptOf(self.callId, own, { id, ephemeral });
    const shared = self.ephemeral.agreeWith(ephemeral);
    const keys = pairKeys(shared, self.binding.reveal(), this.#transcript);
    shared.fill(0);
    this.#channel = new PairChannel(keys[this.#side], keys[other(this.#side)]);
  }

  /** One's own auth to this peer, ready to be relayed: the first message of the pair, so asked for once. */
  auth(): Bytes {
    const { identity, name } = this.#self;
    const shared = identity.agreeWith(this.ephemeral);
    return this.#channel.seal(
      'auth',
      authBody(shared, this.#proofOf(this.#side), { identity: identity.publicKey, name }),
    );
  }

  /**
   * Takes a pair message (type taken off): the first one sent must be an auth that verifies. Then: who the peer is, and
   * the channel to go on with. Undefined: it was not the first or did not open, and nothing has changed.
   */
  take(bytes: Uint8Array): (Identified & { readonly channel: PairChannel }) | 'refused' | undefined {
    const content = this.#channel.open(bytes, 'first');
    if (content === undefined) return undefined;
    const identified = content.kind === contentKinds.auth ? this.#verify(content.body) : undefined;
    if (identified === undefined || equal(identified.identity, this.#self.identity.publicKey)) return 'refused';
    return { ...identified, channel: this.#channel };
  }

  /** The identity key that the first pair message (type taken off) claims, 32 bytes; nothing of it is verified, and nothing changes. */
  claimedIn(bytes: Uint8Array): Bytes | undefined {
    const content = this.#channel.look(bytes, 'first');
    return content?.kind === contentKinds.auth ? claimedIdentity(content.body) : undefined;
  }

  purge(): void {
    this.#channel.purge();
  }

  #verify(body: Uint8Array): Identified | undefined {
    const context = this.#proofOf(other(this.#side));
    try {
      return verifyAuth(body, context, (identity) => this.#self.ephemeral.agreeWith(identity));
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  }

  #proofOf(sender: Side): ProofContext {
    return { transcript: this.#transcript, binding: this.#self.binding.reveal(), sender };
  }
}

function other(side: Side): Side {
  return side === 'low' ? 'high' : 'low';
}
