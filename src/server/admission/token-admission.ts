import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AuthenticatorInput, publicVerif, Token } from '@cloudflare/privacypass-ts';
import type { Admission as Told } from '../../shared/protocol/admission.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { equal, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { readIssuerKeys, type IssuerKey } from './issuer-keys.ts';
import { SpentNonces } from './spent-nonces.ts';
import type { Admission, TokenSettings } from './admission.ts';

/** How often it is looked whether the file of keys has changed and whether one has ended, in ms. */
const lookMs = 60_000;
const { BLIND_RSA, BlindRSAMode, Origin } = publicVerif;

/** Whoever has an unspent Privacy Pass token for this router (RFC 9578 type 2, publicly verifiable). */
export class TokenAdmission implements Admission {
  readonly #settings: TokenSettings;
  readonly #clock: Clock;
  readonly #origin: publicVerif.Origin;
  readonly #challengeDigest: Uint8Array;
  readonly #spent = new SpentNonces();
  #keys: readonly IssuerKey[] = [];
  #changedMs = 0;
  #cancel: () => void = () => undefined;

  /** Rejects with IssuerKeysError when the file of keys is no good. */
  static async create(settings: TokenSettings, clock: Clock): Promise<TokenAdmission> {
    const admission = new TokenAdmission(settings, clock);
    await admission.#read();
    admission.#lookLater();
    return admission;
  }

  private constructor(settings: TokenSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#origin = new Origin(BlindRSAMode.PSS, [settings.routerName]);
    const challenge = this.#origin.createTokenChallenge(settings.issuerName, new Uint8Array());
    this.#challengeDigest = createHash('sha256').update(challenge.serialize()).digest();
  }

  async admit(bytes: Bytes | undefined): Promise<void> {
    if (bytes === undefined) throw new CodedError('token-missing');
    const token = parse(bytes);
    const { nonce, challengeDigest, tokenKeyId } = token.authInput;
    const id = toBase64Url(new Uint8Array(tokenKeyId));
    const key = this.#valid.find((one) => one.id === id);
    const ours = equal(challengeDigest, this.#challengeDigest);
    if (key === undefined || !ours || !(await this.#origin.verify(token, key.key)))
      throw new CodedError('token-refused');
    // Nothing waits between here and the answer: of two sockets with one token, one is too late.
    if (!this.#spent.spend(id, nonce)) throw new CodedError('token-spent');
  }

  told(): Told {
    const { issuerUrl, issuerName, routerName } = this.#settings;
    const nowMs = this.#clock.calendarMs();
    const current = this.#keys.filter(({ untilMs }) => untilMs > nowMs);
    return { issuerUrl, issuerName, routerName, issuerKeys: current.map(({ encoded }) => toBase64Url(encoded)) };
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  get #valid(): readonly IssuerKey[] {
    const nowMs = this.#clock.calendarMs();
    return this.#keys.filter(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      // A file that is no good at this moment changes nothing: the keys that are known end by themselves.
      this.#read()
        .catch(() => undefined)
        .finally(() => {
          this.#lookLater();
        });
    });
  }

  async #read(): Promise<void> {
    const { keysFile } = this.#settings;
    const { mtimeMs } = await stat(keysFile).catch(() => ({ mtimeMs: NaN }));
    if (mtimeMs !== this.#changedMs) {
      this.#keys = await readIssuerKeys(keysFile);
      this.#changedMs = mtimeMs;
    }
    this.#spent.keepOnly(this.#valid.map(({ id }) => id));
  }
}

function parse(bytes: Bytes): Token {
  try {
    const token = Token.deserialize(BLIND_RSA, bytes);
    if (token.authInput instanceof AuthenticatorInput && equal(token.serialize(), bytes)) return token;
  } catch {
    // said below
  }
  throw new CodedError('token-refused');
}
