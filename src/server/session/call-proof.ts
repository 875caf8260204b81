import type { CallId } from '../../shared/identity/call-id.ts';
import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { joinMessage } from '../../shared/protocol/join-message.ts';
import type { Params } from '../../shared/protocol/requests.ts';
import { participantIdOf, seatMessage, type ChannelNames } from '../../shared/protocol/seat.ts';
import { equal, type Bytes } from '../../shared/support/bytes.ts';
import { signedBy } from '../keys/ed25519.ts';

/**
 * That whoever has a channel holds one call's key. Found out once: it takes 1 ms, and a channel may ask many times
 * (PROTOCOL section 7, "Peeking"). Lives as long as its channel is open and has not joined.
 */
export class CallProof {
  readonly #channel: ChannelNames;
  #proven: { readonly callId: string; readonly signature: Bytes } | undefined;

  /** `channel`: the only one that signatures are good for. */
  constructor(channel: ChannelNames) {
    this.#channel = channel;
  }

  /** Throws CodedError `signature-wrong`, also for another call or signature than was proven first. */
  check(callId: CallId, signature: Bytes): void {
    const { key } = callId;
    const { routerKey, clientCookie, routerCookie } = this.#channel;
    if (this.#proven === undefined && callId.signed(joinMessage(routerKey, clientCookie, routerCookie), signature))
      this.#proven = { callId: key, signature };
    if (this.#proven?.callId !== key || !equal(this.#proven.signature, signature))
      throw new CodedError('signature-wrong');
  }

  /** Who takes a seat in that call by this seat key. Throws CodedError `signature-wrong`. */
  seat({
    callId,
    seatKey,
    seatSignature,
  }: Pick<Params<'call.join'>, 'callId' | 'seatKey' | 'seatSignature'>): ParticipantId {
    if (!signedBy(seatKey, seatMessage(this.#channel, callId), seatSignature)) throw new CodedError('signature-wrong');
    return participantIdOf(callId, seatKey);
  }
}
