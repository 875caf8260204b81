import { fromCallKey } from '../../src/client/encryption/call-key/derivations.ts';
import { authBody } from '../../src/client/encryption/group/auth.ts';
import { openHello, sealHello } from '../../src/client/encryption/group/hello.ts';
import { KeyPair } from '../../src/shared/sealing/key-pair.ts';
import { PairChannel } from '../../src/client/encryption/group/pair-channel.ts';
import { pairKeys, sideOf, transcriptOf } from '../../src/client/encryption/group/pair-keys.ts';
import { participantOf } from '../../src/client/encryption/group/self.ts';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { callIdOf } from './call-id.ts';
import { newId, random, type Delivery, type FakeRelay, type Seat } from './fake-relay.ts';

/** Somebody who has the call key and is let in by the router, but keeps to no rule. Its messages are made by hand. */
export class Insider {
  readonly id: ParticipantId;
  readonly ephemeral: KeyPair;
  readonly identity: KeyPair;
  readonly #relay: FakeRelay;
  readonly #helloKey: Bytes;

  constructor(relay: FakeRelay, pairs: { ephemeral?: KeyPair; identity?: KeyPair } = {}) {
    this.#relay = relay;
    this.id = known(participantOf(newId()));
    this.ephemeral = pairs.ephemeral ?? new KeyPair(random(32));
    this.identity = pairs.identity ?? new KeyPair(random(32));
    this.#helloKey = fromCallKey(relay.callKey, 'hello');
    relay.show(this.id.key);
  }

  /** Says hello to a seat, as oneself with one's own key unless told otherwise. */
  hello(seat: Seat, { id = this.id, ephemeral = this.ephemeral.publicKey } = {}): void {
    this.send(seat, sealHello(this.#helloKey, random(24), { id, ephemeral }));
  }

  /** The ephemeral key that a seat told in its hello. */
  ephemeralOf(seat: Seat): Bytes {
    const hellos = this.#relay.sent.filter(({ from, bytes }) => from === seat.id && bytes[0] === 1);
    return known(hellos.map(({ bytes }) => openHello(this.#helloKey, bytes.subarray(1))).find(Boolean)).ephemeral;
  }

  /**
   * Sends a seat that has opened our hello an auth, and answers the channel. `identity` is what is claimed to be one's
   * identity key, `shared` the secret that its proof is made with, `kind` what the message says it is.
   */
  auth(
    seat: Seat,
    name: string,
    claimed: { identity?: Bytes; shared?: Bytes; kind?: 'auth' | 'roster' } = {},
  ): PairChannel {
    const peer = { id: known(participantOf(seat.id)), ephemeral: this.ephemeralOf(seat) };
    const own = { id: this.id, ephemeral: this.ephemeral.publicKey };
    const transcript = transcriptOf(callIdOf(this.#relay.callKey).bytes, own, peer);
    const binding = fromCallKey(this.#relay.callKey, 'binding');
    const side = sideOf(this.id, peer.id);
    const keys = pairKeys(this.ephemeral.agreeWith(peer.ephemeral), binding, transcript);
    const channel = new PairChannel(keys[side], keys[side === 'low' ? 'high' : 'low']);
    const identity = claimed.identity ?? this.identity.publicKey;
    const shared = claimed.shared ?? this.identity.agreeWith(peer.ephemeral);
    const body = authBody(shared, { transcript, binding, sender: side }, { identity, name });
    this.send(seat, channel.seal(claimed.kind ?? 'auth', body));
    return channel;
  }

  send(seat: Seat, bytes: Bytes): void {
    this.#relay.inject({ from: this.id.key, to: seat.id, bytes });
  }

  /** What was sent to this insider. */
  get got(): readonly Delivery[] {
    return this.#relay.sent.filter(({ to }) => to === this.id.key);
  }
}

/** A value that the test has arranged to be there. */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not there');
  return value;
}
