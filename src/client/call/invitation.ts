import type { CallId } from '../../shared/identity/call-id.ts';
import { keyLength } from '../../shared/sealing/public-key.ts';
import { fromBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import { Secret } from '../../shared/support/secret.ts';
import { CallSigner } from '../encryption/call-key/call-signature.ts';
import { callKeyLength, fromCallKey } from '../encryption/call-key/derivations.ts';
import { decodeInvitation, encodeInvitation } from '../encryption/call-key/invitation.ts';
import { openCallState, type CallState } from '../encryption/group/call-state.ts';
import { CallError } from './call-error.ts';

/** Where a call is, and the key to it. Prints nothing of the key; `link` is the one way to hand it on. */
export class Invitation {
  /** The router's address, `https://host[:port]`. */
  readonly routerUrl: string;
  readonly #callKey: Secret;
  readonly #routerKey: Bytes;
  #signer: Promise<CallSigner> | undefined;

  constructor(routerUrl: string, callKey: Bytes, routerKey: Bytes) {
    this.routerUrl = routerUrl;
    this.#callKey = new Secret(callKey);
    this.#routerKey = routerKey;
  }

  /** `pageUrl` with the keys as its fragment, which no browser sends to a server. */
  link(pageUrl: string): string {
    const url = new URL(pageUrl);
    url.hash = encodeInvitation({ callKey: this.#callKey.reveal(), routerKey: this.#routerKey });
    return url.href;
  }

  /** The router keys that are believed. */
  get routerKeys(): readonly Bytes[] {
    return [this.#routerKey];
  }

  /** What routers know the call by. Rejects like `signJoin`. */
  get callId(): Promise<CallId> {
    return this.#signing.then(({ callId }) => callId);
  }

  /**
   * What lets us into the call, on the connection with these cookies only (PROTOCOL section 7). Rejects with CallError
   * `browser-cannot-encrypt` where there is no Ed25519.
   */
  async signJoin({
    routerKey,
    ownCookie,
    routerCookie,
  }: {
    routerKey: Bytes;
    ownCookie: Bytes;
    routerCookie: Bytes;
  }): Promise<{ callId: CallId; signature: Bytes }> {
    return (await this.#signing).signJoin(routerKey, ownCookie, routerCookie);
  }

  /** What participants say of the call to those who peek; undefined when it does not open. */
  openState(sealed: Bytes): CallState | undefined {
    const stateKey = fromCallKey(this.#callKey.reveal(), 'state');
    const state = openCallState(stateKey, sealed);
    stateKey.fill(0);
    return state;
  }

  get #signing(): Promise<CallSigner> {
    this.#signer ??= CallSigner.of(this.#callKey.reveal()).catch((cause: unknown) => {
      throw new CallError('browser-cannot-encrypt', { cause });
    });
    return this.#signer;
  }

  /** A copy for the encryption worker. */
  callKey(): Bytes {
    return this.#callKey.reveal().slice();
  }
}

/**
 * A new call, with a key of 32 random bytes. `routerKey` is base64url, as the router's `/.well-known/sotto.json` says;
 * an application that knows its router's key takes it from its own configuration instead.
 * Throws CallError `invitation-damaged` when that is no key.
 */
export function createInvitation(router: { readonly routerUrl: string; readonly routerKey: string }): Invitation {
  const routerKey = fromBase64Url(router.routerKey);
  if (routerKey?.length !== keyLength) throw new CallError('invitation-damaged');
  const callKey = crypto.getRandomValues(new Uint8Array(callKeyLength));
  return new Invitation(originOf(router.routerUrl), callKey, routerKey);
}

/**
 * The invitation in a link. The router is where the link points, unless `routerUrl` says otherwise (for a page that is
 * not served by its router). Throws CallError `invitation-damaged` or `invitation-newer`.
 */
export function readInvitation(href: string, options: { readonly routerUrl?: string } = {}): Invitation {
  const decoded = decodeInvitation(hashOf(href));
  if (typeof decoded === 'string') throw new CallError(decoded);
  return new Invitation(originOf(options.routerUrl ?? href), decoded.callKey, decoded.routerKey);
}

/** The origin that an address is of. Throws CallError `invitation-damaged` when it is none. */
export function originOf(url: string): string {
  return parse(url).origin;
}

function hashOf(url: string): string {
  return parse(url).hash;
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new CallError('invitation-damaged');
  return parsed;
}
