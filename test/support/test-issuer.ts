import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { genericBatched, publicVerif, TokenChallenge } from '@cloudflare/privacypass-ts';
import type { SettingValues } from '../../src/server/settings/settings.ts';
import { toBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';
import { answerBatch, IssuerKeyPair } from '../../src/tools/issuer/issuer.ts';

/** Names that a token is made for, and the key it is made under. */
export interface Made {
  readonly issuerName?: string;
  readonly routerName?: string;
  readonly key?: IssuerKeyPair;
}

/** One key in an issuer's directory, and when it is good, in seconds since 1970. */
export interface Listed {
  readonly key: IssuerKeyPair;
  readonly from: number;
  readonly until: number;
}

export function newKey(): IssuerKeyPair {
  return new IssuerKeyPair(IssuerKeyPair.generate());
}

/** An issuer and its clients in one, with all that the issuer ever saw. Its directory is a file, which goes with it. */
export class TestIssuer implements AsyncDisposable {
  /** Whole bodies, as they go over the wire. */
  readonly requests: Uint8Array[] = [];
  readonly responses: Uint8Array[] = [];
  readonly key: IssuerKeyPair;
  readonly #folder: string;

  /** `others`: what its directory lists besides its key, which is good for ever. */
  static async create(others: readonly Listed[] = []): Promise<TestIssuer> {
    const issuer = new TestIssuer(await mkdtemp(join(tmpdir(), 'sotto-issuer-')), newKey());
    await issuer.list([{ key: issuer.key, from: 0, until: 1e10 }, ...others]);
    return issuer;
  }

  private constructor(folder: string, key: IssuerKeyPair) {
    this.#folder = folder;
    this.key = key;
  }

  /** For a router that asks for this issuer's tokens. */
  get settings(): SettingValues & Readonly<Record<'routerName' | 'issuerName' | 'issuerKeys', string>> {
    return {
      admission: 'token',
      routerName: 'router.example',
      issuerName: 'issuer.example',
      issuerUrl: 'https://issuer.example/',
      issuerKeys: join(this.#folder, 'directory.json'),
    };
  }

  /** The same as variables of the environment. */
  get environment(): Record<string, string> {
    const names = Object.keys(this.settings).map((name) => `SOTTO_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`);
    return Object.fromEntries(Object.values(this.settings).map((value, at) => [names[at] ?? '', String(value)]));
  }

  /** Writes the directory anew. */
  async list(keys: readonly Listed[]): Promise<void> {
    const tokenKeys = keys.map(({ key, from, until }) => ({
      'token-type': 2,
      'token-key': toBase64Url(new Uint8Array(key.encoded)),
      'not-before': from,
      'not-after': until,
    }));
    await writeFile(this.settings.issuerKeys, JSON.stringify({ 'token-keys': tokenKeys }));
  }

  /** Tokens as clients get them: blinded, signed in one batch, and made whole again. At most 64. */
  async tokens(count: number, made: Made = {}): Promise<Bytes[]> {
    const { issuerName = this.settings.issuerName, routerName = this.settings.routerName, key = this.key } = made;
    const challenge = new TokenChallenge(publicVerif.BLIND_RSA.value, issuerName, new Uint8Array(), [routerName]);
    const clients = Array.from({ length: count }, () => new publicVerif.Client(publicVerif.BlindRSAMode.PSS));
    const asked: genericBatched.TokenRequest[] = [];
    for (const client of clients)
      asked.push(new genericBatched.TokenRequest(await client.createTokenRequest(challenge, key.encoded)));
    const request = new genericBatched.BatchedTokenRequest(asked).serialize();
    const response = answerBatch([key], request);
    this.requests.push(request);
    this.responses.push(response);
    const signed = [...genericBatched.GenericBatchTokenResponse.deserialize(response)];
    return Promise.all(
      clients.map(async (client, number) => {
        const { tokenResponse } = signed[number] ?? {};
        if (tokenResponse === null || tokenResponse === undefined) throw new Error('no token came');
        const token = await client.finalize(client.deserializeTokenResponse(tokenResponse.serialize()));
        return new Uint8Array(token.serialize());
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
