import { sha512 } from '@noble/hashes/sha2.js';
import type { CallId } from '../../shared/identity/call-id.ts';
import { keyLength } from '../../shared/sealing/public-key.ts';
import { compare, concat, fromBase64Url, toUtf8, type Bytes } from '../../shared/support/bytes.ts';
import { CallError } from './call-error.ts';
import { originOf, type Invitation } from './invitation.ts';
import type { RouterPin } from './types.ts';

const label = toUtf8('sotto/1 router');

/** A router, and the keys that are believed of it. */
export interface KnownRouter {
  readonly routerUrl: string;
  readonly routerKeys: readonly Bytes[];
}

/** The routers of an application's own list. Throws CallError `invitation-damaged` when one is none. */
export function knownRouters(pins: readonly RouterPin[]): readonly KnownRouter[] {
  return pins.map(({ url, routerKey }) => {
    const key = fromBase64Url(routerKey);
    if (key?.length !== keyLength) throw new CallError('invitation-damaged');
    return { routerUrl: originOf(url), routerKeys: [key] };
  });
}

/**
 * Where else a call goes when `present` cannot have it any more: the others of the list, in an order that is the same for all
 * participants of one call and another for every call, so that they meet and calls spread (rendezvous hashing).
 */
export function elsewhere(
  callId: CallId,
  routers: readonly KnownRouter[],
  present: KnownRouter,
): readonly KnownRouter[] {
  return routers
    .filter(({ routerUrl }) => routerUrl !== present.routerUrl)
    .map((router) => ({ router, weight: sha512(concat(label, callId.bytes, ...router.routerKeys)) }))
    .toSorted((a, b) => compare(b.weight, a.weight))
    .map(({ router }) => router);
}

/** Where the invitation says that the call is. */
export function routerOf({ routerUrl, routerKeys }: Invitation): KnownRouter {
  return { routerUrl, routerKeys };
}
