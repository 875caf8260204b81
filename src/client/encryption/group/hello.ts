import nacl from 'tweetnacl';
import { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { protocolVersion } from '../../../shared/protocol/version.ts';
import { keyLength } from '../../../shared/sealing/public-key.ts';
import { concat, type Bytes } from '../../../shared/support/bytes.ts';
import { fieldsOf } from './fields.ts';
import { relayedTypes } from './relayed.ts';

const { nonceLength } = nacl.secretbox;

/** What a hello says: who speaks, and their ephemeral public key (32 bytes). */
export interface Hello {
  readonly id: ParticipantId;
  readonly ephemeral: Bytes;
}

/**
 * ENCRYPTION "hello": `type 1 (4: greeting) | nonce 24 | secretbox(hello key) of { version u8 | participant id 16 | ephemeral 32 }`,
 * 90 bytes. `nonce` is random.
 */
export function sealHello(
  helloKey: Bytes,
  nonce: Bytes,
  { id, ephemeral }: Hello,
  type: 'hello' | 'greeting' = 'hello',
): Bytes {
  const plain = concat(Uint8Array.of(protocolVersion), id.bytes, ephemeral);
  return concat(Uint8Array.of(relayedTypes[type]), nonce, nacl.secretbox(plain, nonce, helloKey));
}

/** The hello in bytes relayed with the type taken off; undefined when it does not open or is of another version. */
export function openHello(helloKey: Bytes, bytes: Uint8Array): Hello | undefined {
  if (bytes.length < nonceLength) return undefined;
  const plain = nacl.secretbox.open(bytes.subarray(nonceLength), bytes.subarray(0, nonceLength), helloKey);
  const fields = plain === null ? undefined : fieldsOf(plain, 1, ParticipantId.size, keyLength);
  if (fields === undefined) return undefined;
  const [version, idBytes, ephemeral] = fields;
  const id = ParticipantId.from(idBytes);
  if (version[0] !== protocolVersion || id === undefined) return undefined;
  return { id, ephemeral: new Uint8Array(ephemeral) };
}
