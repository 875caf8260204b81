import { createPublicKey, type KeyObject } from 'node:crypto';
import { genericBatched, util } from '@cloudflare/privacypass-ts';
import { fromBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';

/** Where the authenticator begins in a token of type 2 (RFC 9577 section 2.2), in bytes. */
const signatureAt = 98;
/** Length of a run of bytes that says by itself that two records belong together. */
const runBytes = 8;

/** A public key as the issuer's directory has it, for OpenSSL. */
export function opensslKey(encoded: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(util.convertRSASSAPSSToEnc(encoded)), format: 'der', type: 'spki' });
}

/** What an issuer and a router that put together all that they ever saw can find out of a token. */
export class Conspiracy {
  readonly #modulus: bigint;
  readonly #exponent: bigint;
  readonly #issued: { readonly blinded: bigint; readonly signed: bigint }[] = [];
  readonly #runs = new Set<string>();

  /** `encodedKey`: the issuer's public key; `requests` and `responses`: bodies of batches, as the issuer saw them. */
  constructor(encodedKey: Uint8Array, requests: readonly Uint8Array[], responses: readonly Uint8Array[]) {
    const { n = '', e = '' } = opensslKey(encodedKey).export({ format: 'jwk' });
    [this.#modulus, this.#exponent] = [whole(fromBase64Url(n)), whole(fromBase64Url(e))];
    for (const [batch, request] of requests.entries()) {
      const signed = [...genericBatched.GenericBatchTokenResponse.deserialize(responses[batch] ?? new Uint8Array())];
      for (const [number, { blindMsg }] of [...genericBatched.BatchedTokenRequest.deserialize(request)].entries())
        this.#issued.push({ blinded: whole(blindMsg), signed: whole(signed[number]?.tokenResponse?.serialize()) });
    }
    for (const seen of [...requests, ...responses]) for (const run of runsOf(seen)) this.#runs.add(run);
  }

  get issued(): number {
    return this.#issued.length;
  }

  /** Whether what the router saw with a token says which issue it was: the same value, bare or made of it with the public key, or a run of the same bytes. */
  links(token: Bytes, seenWithIt: readonly Uint8Array[]): boolean {
    const values = [this.#signature(token), this.#message(token)];
    if (this.#issued.some(({ blinded, signed }) => values.includes(blinded) || values.includes(signed))) return true;
    return [token, ...seenWithIt].some((seen) => runsOf(seen).some((run) => this.#runs.has(run)));
  }

  /**
   * Whether a token may come from that issue: there is a blinding factor r that makes of the token's message the blinded one,
   * and of the blinded signature the token's (RFC 9474 sections 4.2 and 4.4). r is random: where it exists, it is as likely as any.
   */
  fits(issue: number, token: Bytes): boolean {
    const { blinded, signed } = this.#issued[issue] ?? { blinded: 0n, signed: 0n };
    const r = (signed * inverse(this.#signature(token), this.#modulus)) % this.#modulus;
    return r !== 0n && (this.#message(token) * power(r, this.#exponent, this.#modulus)) % this.#modulus === blinded;
  }

  #signature(token: Bytes): bigint {
    return whole(token.subarray(signatureAt));
  }

  /** What was signed, padded (RFC 8017 section 9.1): anybody can make it of the signature. */
  #message(token: Bytes): bigint {
    return power(this.#signature(token), this.#exponent, this.#modulus);
  }
}

function runsOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return Array.from({ length: Math.max(0, text.length - runBytes + 1) }, (_, at) => text.slice(at, at + runBytes));
}

/** Bytes, highest first, as a number. */
function whole(bytes: Uint8Array | undefined): bigint {
  return BigInt(`0x0${Buffer.from(bytes ?? []).toString('hex')}`);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** The extended Euclidean algorithm; `value` and `modulus` have no common divisor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high, x, y] = [value % modulus, modulus, 1n, 0n];
  while (low > 1n) {
    const times = high / low;
    [low, high, x, y] = [high - times * low, low, y - times * x, x];
  }
  return ((x % modulus) + modulus) % modulus;
}
