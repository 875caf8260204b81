import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto';
import { genericBatched, publicVerif, util } from '@cloudflare/privacypass-ts';

/** What was sent is no request for tokens under a key of this issuer's. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
}

/** Most tokens in one request. */
export const mostTokens = 64;

/** One key of an issuer's, and what it does: blind RSA of 2048 bits (RFC 9578 section 6, RFC 9474). */
export class IssuerKeyPair {
  /** The public key as the directory has it: DER, marked for RSASSA-PSS (RFC 9578 section 6.5). */
  readonly encoded: Uint8Array;
  readonly #public: KeyObject;
  readonly #secret: KeyObject;
  readonly #id: number;

  /** `pem`: the secret key, as `generate` gave it. Throws when it is none. */
  constructor(pem: string) {
    this.#secret = createPrivateKey(pem);
    this.#public = createPublicKey(this.#secret);
    const der = this.#public.export({ type: 'spki', format: 'der' });
    this.encoded = util.convertEncToRSASSAPSS(new Uint8Array(der));
    this.#id = createHash('sha256').update(this.encoded).digest().at(-1) ?? 0;
  }

  /** A new secret key, PEM. */
  static generate(): string {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** Whether a request names this key (by the last byte of its id). */
  isNamedBy(request: genericBatched.TokenRequest): boolean {
    return request.truncatedTokenKeyId === this.#id;
  }

  /** RFC 9474 section 4.3, BlindSign, by OpenSSL: takes 1 ms, in constant time. Throws when the message is not below the modulus. */
  blindSign(message: Uint8Array): Uint8Array {
    const padding = constants.RSA_NO_PADDING;
    const signature = privateDecrypt({ key: this.#secret, padding }, message);
    if (!publicEncrypt({ key: this.#public, padding }, signature).equals(message))
      throw new Error('a fault in signing');
    return new Uint8Array(signature);
  }
}

/**
 * Answers a batch of token requests (RFC 9578 section 6.1; draft-ietf-privacypass-batched-tokens, "Generic"), all or
 * nothing. Learns nothing of the tokens. Throws TokenRequestError.
 */
export function answerBatch(keys: readonly IssuerKeyPair[], body: Uint8Array): Uint8Array {
  const requests = parseBatch(body);
  if (requests.length < 1 || requests.length > mostTokens) throw new TokenRequestError('not 1 to 64 tokens');
  const responses = requests.map((request) => {
    const key = keys.find((one) => one.isNamedBy(request));
    if (key === undefined || request.tokenType !== publicVerif.BLIND_RSA.value)
      throw new TokenRequestError('another key');
    return new genericBatched.OptionalTokenResponse(2, new publicVerif.TokenResponse(key.blindSign(request.blindMsg)));
  });
  return new genericBatched.GenericBatchTokenResponse(responses).serialize();
}

function parseBatch(body: Uint8Array): genericBatched.TokenRequest[] {
  try {
    return [...genericBatched.BatchedTokenRequest.deserialize(body)];
  } catch {
    throw new TokenRequestError('no batch of token requests');
  }
}
