import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_TOKEN_ISSUER_DIRECTORY } from '@cloudflare/privacypass-ts';
import { IssuerKeyPair } from './issuer.ts';

/** How long tokens are made under one key, in s. They are good until the end of the epoch after, so two keys are at a time. */
const epochSeconds = 86_400;

export const directoryPath = PRIVATE_TOKEN_ISSUER_DIRECTORY;
export const requestPath = '/token-requests';

interface Epoch {
  /** Seconds since 1970. */
  readonly begins: number;
  readonly key: IssuerKeyPair;
}

/** An issuer's keys, one a day, each in a file of its own that is named by the second it begins in and readable by its owner only. */
export class KeyStore {
  readonly #directory: string;
  #epochs: readonly Epoch[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the keys of this epoch and of the next, which clients and routers get to know before it begins; deletes those that are over. */
  async bringUpToDate(nowSeconds: number): Promise<void> {
    const present = Math.floor(nowSeconds / epochSeconds) * epochSeconds;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const wanted = [present - epochSeconds, present, present + epochSeconds];
    const files = (await readdir(this.#directory)).filter((name) => /^\d+\.pem$/.test(name));
    for (const file of files) if (!wanted.includes(Number.parseInt(file))) await unlink(join(this.#directory, file));
    const epochs: Epoch[] = [];
    for (const begins of wanted) {
      const file = `${begins}.pem`;
      const known = this.#epochs.find((epoch) => epoch.begins === begins);
      if (known !== undefined) epochs.push(known);
      else if (files.includes(file)) epochs.push({ begins, key: await this.#read(file) });
      else if (begins >= present) epochs.push({ begins, key: await this.#make(file) });
    }
    this.#epochs = epochs;
  }

  /** Those under which tokens are made now. */
  current(nowSeconds: number): IssuerKeyPair[] {
    return this.#epochs
      .filter(({ begins }) => begins <= nowSeconds && nowSeconds < begins + epochSeconds)
      .map(({ key }) => key);
  }

  /** RFC 9578 section 4, newest key first among those in use, with the time that each ends. */
  directory(nowSeconds: number): object {
    const order = (begins: number): number => (begins <= nowSeconds ? -begins : begins);
    const keys = this.#epochs.toSorted((a, b) => order(a.begins) - order(b.begins));
    return {
      'issuer-request-uri': requestPath,
      'token-keys': keys.map(({ begins, key }) => ({
        'token-type': 2,
        'token-key': Buffer.from(key.encoded).toString('base64url'),
        'not-before': begins,
        'not-after': begins + 2 * epochSeconds,
      })),
    };
  }

  async #read(file: string): Promise<IssuerKeyPair> {
    return new IssuerKeyPair(await readFile(join(this.#directory, file), 'utf8'));
  }

  async #make(file: string): Promise<IssuerKeyPair> {
    const pem = IssuerKeyPair.generate();
    await writeFile(join(this.#directory, file), pem, { mode: 0o600, flag: 'wx' });
    return new IssuerKeyPair(pem);
  }
}
