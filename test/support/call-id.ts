import { createPrivateKey, createPublicKey } from 'node:crypto';
import { fromCallKey } from '../../src/client/encryption/call-key/derivations.ts';
import { CallId } from '../../src/shared/identity/call-id.ts';
import { fromBase64Url } from '../../src/shared/support/bytes.ts';

/** The id of the call whose key (32 bytes) this is, by node:crypto: the same as `CallSigner` has, at once. */
export function callIdOf(callKey: Uint8Array): CallId {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), fromCallKey(callKey, 'callId')]);
  const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' });
  const id = CallId.from(fromBase64Url(x ?? '') ?? new Uint8Array());
  if (id === undefined) throw new Error('no call id');
  return id;
}
