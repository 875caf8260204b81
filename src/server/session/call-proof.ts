import type { CallId } from '../../shared/identity/call-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { equal, type Bytes } from '../../shared/support/bytes.ts';

/**
 * That whoever has a channel holds one call's key. Found out once: it takes 1 ms, and a channel may ask many times
 * (PROTOCOL section 7, "Peeking"). Lives as long as its channel is open and has not joined.
 */
export class CallProof {
  readonly #message: Bytes;
  #proven: { readonly callId: string; readonly signature: Bytes } | undefined;

  /** `message`: what has to be signed on this channel. */
  constructor(message: Bytes) {
    this.#message = message;
  }

  /** Throws CodedError `signature-wrong`, also for another call or signature than was proven first. */
  check(callId: CallId, signature: Bytes): void {
    const { key } = callId;
    if (this.#proven === undefined && callId.signed(this.#message, signature))
      this.#proven = { callId: key, signature };
    if (this.#proven?.callId !== key || !equal(this.#proven.signature, signature))
      throw new CodedError('signature-wrong');
  }
}
