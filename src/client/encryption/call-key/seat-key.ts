import nacl from 'tweetnacl';
import type { CallId } from '../../../shared/identity/call-id.ts';
import type { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { participantIdOf, seatMessage, type ChannelNames } from '../../../shared/protocol/seat.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';

/**
 * The Ed25519 pair by which one participant takes its seat, on whichever router (PROTOCOL section 1, "Seat keys"). Made
 * for one seat, in memory only, and overwritten by `purge`.
 */
export class SeatKey {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  readonly #secretKey: Secret;

  /** `seed`: 32 random bytes, overwritten. */
  constructor(seed: Bytes) {
    const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(seed);
    seed.fill(0);
    this.publicKey = new Uint8Array(publicKey);
    this.#secretKey = new Secret(new Uint8Array(secretKey));
  }

  /** Who has this key in that call. */
  participantIn(callId: CallId): ParticipantId {
    return participantIdOf(callId, this.publicKey);
  }

  /** What takes the seat, over that one sealed channel: 64 bytes. */
  sign(channel: ChannelNames, callId: CallId): Bytes {
    return new Uint8Array(nacl.sign.detached(seatMessage(channel, callId), this.#secretKey.reveal()));
  }

  purge(): void {
    this.#secretKey.purge();
  }
}
