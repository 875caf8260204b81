import { concat, toUtf8, type Bytes } from '../support/bytes.ts';

const label = toUtf8('sotto/1 join');

/**
 * What a client signs with the call's key to be let in, and the router checks (PROTOCOL section 7, `call.join`):
 * `"sotto/1 join" 12 | router key 32 | client cookie 16 | router cookie 16`, 76 bytes. Both cookies of the sealed
 * channel are in it, so that a signature is good for that channel only.
 */
export function joinMessage(routerKey: Uint8Array, clientCookie: Uint8Array, routerCookie: Uint8Array): Bytes {
  return concat(label, routerKey, clientCookie, routerCookie);
}
