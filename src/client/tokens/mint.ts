import {
  genericBatched,
  MediaType,
  PRIVATE_TOKEN_ISSUER_DIRECTORY,
  publicVerif,
  TokenChallenge,
  type Token,
} from '@cloudflare/privacypass-ts';
import { issuerDirectory, type Admission } from '../../shared/protocol/admission.ts';
import { fromBase64Url, fromUtf8, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import { CallError } from '../call/call-error.ts';
import { requireTls } from '../signalling/require-tls.ts';

export interface MintRequest {
  readonly admission: Admission;
  /** The whole Authorization header, for an issuer that wants one. */
  readonly authorization: string | undefined;
}

/** Tokens that nobody has seen but us. */
export interface Minted {
  readonly tokens: readonly Bytes[];
  /** When their key ends, in seconds since 1970. */
  readonly untilSeconds: number;
}

/** PROTOCOL section 7, "Fetching tokens": a batch, the same for everybody, so that its size tells nothing. */
const batch = 16;
const requestPath = '/token-requests';
/** How long each of the issuer's two answers may take, in ms. */
const patienceMs = 15_000;

/** Nothing that a browser would carry along of its own, and nothing kept. */
const bare = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', redirect: 'error' } as const;

/**
 * Fetches a batch of tokens (PROTOCOL section 7, "Fetching tokens"). Takes a second of computing, so it has a worker of its own.
 * Rejects with CallError: `token-needed` when the issuer wants another authorization, `issuer-unreachable`, `issuer-refused`
 * for one that does not do as it should, `not-https`.
 */
export async function mint({ admission, authorization }: MintRequest): Promise<Minted> {
  requireTls(new URL(admission.issuerUrl));
  const { key, untilSeconds } = await issuerKey(admission);
  const { issuerName, routerName } = admission;
  const challenge = new TokenChallenge(publicVerif.BLIND_RSA.value, issuerName, new Uint8Array(), [routerName]);
  const clients = Array.from({ length: batch }, () => new publicVerif.Client(publicVerif.BlindRSAMode.PSS));
  const blinded: genericBatched.TokenRequest[] = [];
  for (const client of clients)
    blinded.push(new genericBatched.TokenRequest(await client.createTokenRequest(challenge, key)));
  const answer = await ask(admission, requestPath, {
    method: 'POST',
    body: new Uint8Array(new genericBatched.BatchedTokenRequest(blinded).serialize()),
    headers: {
      'content-type': MediaType.ARBITRARY_BATCHED_TOKEN_REQUEST,
      ...(authorization !== undefined && { authorization }),
    },
  });
  try {
    const tokens = await finalize(clients, answer);
    return { tokens: tokens.map((token) => new Uint8Array(token.serialize())), untilSeconds };
  } catch (error) {
    throw new CallError('issuer-refused', { cause: error });
  }
}

/** The first key in the issuer's directory that the router names, DER. A key that it does not name could be ours alone, and mark us. */
async function issuerKey(admission: Admission): Promise<{ key: Bytes; untilSeconds: number }> {
  const answer = await ask(admission, PRIVATE_TOKEN_ISSUER_DIRECTORY, {});
  const directory = issuerDirectory.safeParse(parseJson(answer));
  for (const listed of directory.data?.['token-keys'] ?? []) {
    // Issuers pad their base64url (RFC 9578 section 4), and others do not.
    const key = fromBase64Url(listed['token-key'].replace(/=+$/, ''));
    if (key !== undefined && admission.issuerKeys.includes(toBase64Url(key)))
      return { key, untilSeconds: listed['not-after'] };
  }
  throw new CallError('issuer-refused');
}

async function ask({ issuerUrl }: Admission, path: string, request: RequestInit): Promise<Bytes> {
  let status: number;
  let body: ArrayBuffer;
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(new URL(path, issuerUrl), { ...request, ...bare, signal });
    status = answer.status;
    body = await answer.arrayBuffer();
  } catch (error) {
    throw new CallError('issuer-unreachable', { cause: error });
  }
  if (status === 200) return new Uint8Array(body);
  if (status === 401 || status === 403) throw new CallError('token-needed');
  throw new CallError(status === 429 || status >= 500 ? 'issuer-unreachable' : 'issuer-refused');
}

function parseJson(bytes: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}

/** All tokens of the batch, verified, or none. */
async function finalize(clients: readonly publicVerif.Client[], answer: Uint8Array): Promise<Token[]> {
  const { tokenResponses } = genericBatched.GenericBatchTokenResponse.deserialize(answer);
  if (tokenResponses.length !== clients.length) throw new Error('not as many as were asked for');
  return Promise.all(
    clients.map((client, number) => {
      const { tokenResponse } = tokenResponses[number] ?? {};
      if (!(tokenResponse instanceof publicVerif.TokenResponse)) throw new Error('no token');
      return client.finalize(tokenResponse);
    }),
  );
}
