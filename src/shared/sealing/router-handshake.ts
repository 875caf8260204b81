import nacl from 'tweetnacl';
import { CodedError } from '../protocol/errors.ts';
import { protocolVersion } from '../protocol/version.ts';
import { concat, equal, type Bytes } from '../support/bytes.ts';
import type { Secret } from '../support/secret.ts';
import { boxKey, cookieLength, nonce } from './box.ts';
import { SealedChannel } from './channel.ts';
import { agree, keyLength, type Multiply } from './public-key.ts';

/** The router's permanent X25519 pair. */
export interface RouterKeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Secret;
}

/** What the router needs from outside: its own pair, an ephemeral one for this channel, X25519, a random cookie. */
export interface RouterHandshakeInput {
  readonly router: RouterKeyPair;
  readonly ephemeral: { publicKey: Bytes; secretKey: Bytes };
  readonly multiply: Multiply;
  readonly cookie: Bytes;
}

/**
 * The router's side of the handshake: takes a client hello, returns the router hello and the open channel
 * (PROTOCOL 4 steps 1 to 3). Throws CodedError: `malformed`, `version-unknown`, `cookie-wrong`, `public-key-refused`.
 * The ephemeral secret key is overwritten in any case.
 */
export function answerClientHello(
  input: RouterHandshakeInput,
  clientHello: Uint8Array,
): { hello: Bytes; channel: SealedChannel } {
  const { router, ephemeral, multiply, cookie } = input;
  try {
    if (clientHello.length === 0) throw new CodedError('malformed');
    if (clientHello[0] !== protocolVersion) throw new CodedError('version-unknown');
    if (clientHello.length !== 1 + keyLength + cookieLength) throw new CodedError('malformed');
    const clientKey = new Uint8Array(clientHello.subarray(1, 1 + keyLength));
    const clientCookie = new Uint8Array(clientHello.subarray(1 + keyLength));
    if (equal(cookie, clientCookie)) throw new CodedError('cookie-wrong');
    const permanent = agree(multiply, router.secretKey.reveal(), router.publicKey, clientKey);
    const shared = agree(multiply, ephemeral.secretKey, ephemeral.publicKey, clientKey);
    const body = concat(Uint8Array.of(protocolVersion), ephemeral.publicKey, clientCookie);
    const helloKey = boxKey(permanent);
    const hello = concat(cookie, nacl.secretbox(body, nonce(cookie, 1), helloKey));
    const channel = new SealedChannel(
      boxKey(shared),
      { cookie, nextCounter: 2 },
      { cookie: clientCookie, nextCounter: 1 },
    );
    for (const secret of [permanent, shared, helloKey]) secret.fill(0);
    return { hello, channel };
  } finally {
    ephemeral.secretKey.fill(0);
  }
}
