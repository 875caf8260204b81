import { CallId } from '../../../shared/identity/call-id.ts';
import { joinMessage } from '../../../shared/protocol/join-message.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { fromCallKey } from './derivations.ts';
import { SigningPair } from './signing-pair.ts';

/** What a call's key (32 bytes) gives towards routers: the id of the call, and the right to join it. */
export class CallSigner {
  /** The public key of the call's Ed25519 pair. */
  readonly callId: CallId;
  readonly #pair: SigningPair;

  /** Rejects where there is no Ed25519. */
  static async of(callKey: Uint8Array): Promise<CallSigner> {
    return new CallSigner(await SigningPair.of(fromCallKey(callKey, 'callId')));
  }

  private constructor(pair: SigningPair) {
    const callId = CallId.from(pair.publicKey);
    if (callId === undefined) throw new Error('WebCrypto made a key that is no curve point');
    this.callId = callId;
    this.#pair = pair;
  }

  /**
   * What `call.join` takes: the call's id, and its signature (64 bytes) over `joinMessage`, which is good for the one
   * sealed channel with these cookies (16 bytes each) to the router with this key (32 bytes).
   */
  async signJoin(
    routerKey: Uint8Array,
    clientCookie: Uint8Array,
    routerCookie: Uint8Array,
  ): Promise<{ callId: CallId; signature: Bytes }> {
    return {
      callId: this.callId,
      signature: await this.#pair.sign(joinMessage(routerKey, clientCookie, routerCookie)),
    };
  }
}
