import { protocolVersion } from '../../../shared/protocol/version.ts';
import { concat, fromBase64Url, toBase64Url, type Bytes } from '../../../shared/support/bytes.ts';
import { keyLength } from '../../../shared/sealing/public-key.ts';
import { callKeyLength } from './derivations.ts';

/** What an invite link carries in its fragment, 32 bytes each. */
export interface Invitation {
  readonly callKey: Bytes;
  readonly routerKey: Bytes;
}

/** Why a fragment is no invitation: part of it was lost, or it is of a later version than this code. */
export type InvitationError = 'invitation-damaged' | 'invitation-newer';

/** The fragment, without `#`: base64url of `version u8 | call key 32 | router key 32`, 87 characters. */
export function encodeInvitation({ callKey, routerKey }: Invitation): string {
  return toBase64Url(concat(Uint8Array.of(protocolVersion), callKey, routerKey));
}

/** The invitation in a fragment (with or without its `#`), or why there is none. The version is looked at first. */
export function decodeInvitation(fragment: string): Invitation | InvitationError {
  const bytes = fromBase64Url(fragment.startsWith('#') ? fragment.slice(1) : fragment);
  const version = bytes?.[0];
  if (bytes === undefined || version === undefined) return 'invitation-damaged';
  if (version > protocolVersion) return 'invitation-newer';
  if (version < protocolVersion || bytes.length !== 1 + callKeyLength + keyLength) return 'invitation-damaged';
  return { callKey: bytes.slice(1, 1 + callKeyLength), routerKey: bytes.slice(1 + callKeyLength) };
}
