import { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { fromBase64Url, type Bytes } from '../../../shared/support/bytes.ts';
import type { Pair } from '../../../shared/sealing/key-pair.ts';
import { Secret } from '../../../shared/support/secret.ts';
import { fromCallKey } from '../call-key/derivations.ts';
import type { ToWorker, VideoCodec } from '../messages.ts';
import { cleanName } from './name.ts';

/** One's own pairs, both made for one join. */
export interface OwnPairs {
  readonly ephemeral: Pair;
  readonly identity: Pair;
}

/** Oneself in one call: what is derived from the call key, and one's key pairs, both fresh with each join. */
export class Self {
  readonly id: ParticipantId;
  readonly name: string;
  readonly decodes: readonly VideoCodec[];
  /** 32 bytes. */
  readonly callId: Bytes;
  readonly helloKey: Secret;
  readonly binding: Secret;
  readonly verifySalt: Secret;
  readonly stateKey: Secret;
  readonly ephemeral: Pair;
  readonly identity: Pair;

  /**
   * `participant`: one's id as base64url. The call key (32 bytes) is overwritten. Throws Error when the id is none,
   * which the message table of the signalling rules out. It takes the pairs over.
   */
  constructor(start: Omit<Extract<ToWorker, { type: 'start' }>, 'type' | 'others'>, { ephemeral, identity }: OwnPairs) {
    const id = participantOf(start.participant);
    if (id === undefined) throw new Error('own participant id is none');
    this.id = id;
    this.name = cleanName(start.name);
    this.decodes = start.decodes;
    this.callId = start.callId;
    this.helloKey = new Secret(fromCallKey(start.callKey, 'hello'));
    this.binding = new Secret(fromCallKey(start.callKey, 'binding'));
    this.verifySalt = new Secret(fromCallKey(start.callKey, 'verify'));
    this.stateKey = new Secret(fromCallKey(start.callKey, 'state'));
    start.callKey.fill(0);
    this.ephemeral = ephemeral;
    this.identity = identity;
  }

  purge(): void {
    const { helloKey, binding, verifySalt, stateKey, ephemeral, identity } = this;
    for (const secret of [helloKey, binding, verifySalt, stateKey, ephemeral, identity]) secret.purge();
  }
}

/** A participant id from its base64url; undefined when it is none. */
export function participantOf(key: string): ParticipantId | undefined {
  const bytes = fromBase64Url(key);
  return bytes === undefined ? undefined : ParticipantId.from(bytes);
}
