import type { CallId } from '../../../shared/identity/call-id.ts';
import type { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { participantIdOf, seatMessage, type ChannelNames } from '../../../shared/protocol/seat.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { SigningPair } from './signing-pair.ts';

/**
 * The Ed25519 pair by which one participant takes its seat, on whichever router (PROTOCOL section 1, "Seat keys"). Made
 * for one seat; its secret is the browser's, and goes with it.
 */
export class SeatKey {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  #pair: SigningPair | undefined;

  /** A new one, or that of a seed (32 bytes, overwritten). Rejects where there is no Ed25519. */
  static async create(seed?: Bytes): Promise<SeatKey> {
    return new SeatKey(await (seed === undefined ? SigningPair.create() : SigningPair.of(seed)));
  }

  private constructor(pair: SigningPair) {
    this.publicKey = pair.publicKey;
    this.#pair = pair;
  }

  /** Who has this key in that call. */
  participantIn(callId: CallId): ParticipantId {
    return participantIdOf(callId, this.publicKey);
  }

  /** What takes the seat, over that one sealed channel: 64 bytes. Rejects when it was purged. */
  async sign(channel: ChannelNames, callId: CallId): Promise<Bytes> {
    if (this.#pair === undefined) throw new Error('seat key was purged');
    return this.#pair.sign(seatMessage(channel, callId));
  }

  purge(): void {
    this.#pair = undefined;
  }
}
