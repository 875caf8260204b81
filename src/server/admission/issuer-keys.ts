import { createHash, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { issuerDirectory } from '../../shared/protocol/admission.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';

/** One public key of the issuer's. */
export interface IssuerKey {
  /** SHA-256 of the encoded key, as tokens name it (RFC 9578 section 6.1), base64url. */
  readonly id: string;
  /** DER, as the issuer's directory has it: what clients pin. */
  readonly encoded: Bytes;
  readonly key: webcrypto.CryptoKey;
  /** Tokens under it are good from, and until, in ms since 1970. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The file of issuer keys is no good, in words for the operator. */
export class IssuerKeysError extends Error {
  override readonly name = 'IssuerKeysError';
  readonly problem =
    'the file cannot be read, or is not the directory of a Privacy Pass issuer with times for each key.';
  readonly remedy = 'sotto issuer serves one at /.well-known/private-token-issuer-directory.';

  constructor(cause: unknown) {
    super('', { cause });
    this.message = `issuer_keys: ${this.problem} ${this.remedy}`;
  }
}

/** The keys in an issuer's directory that was saved as a file. Rejects with IssuerKeysError. */
export async function readIssuerKeys(file: string): Promise<IssuerKey[]> {
  try {
    const { 'token-keys': keys } = issuerDirectory.parse(JSON.parse(await readFile(file, 'utf8')));
    return await Promise.all(
      keys.map(async ({ 'token-key': text, 'not-before': from, 'not-after': until }) => {
        // Issuers pad their base64url (RFC 9578 section 4), and others do not.
        const encoded = fromBase64Url(text.replace(/=+$/, ''));
        if (encoded === undefined) throw new TypeError('a key is not base64url');
        return {
          id: keyId(encoded),
          encoded,
          key: await importKey(encoded),
          fromMs: from * 1_000,
          untilMs: until * 1_000,
        };
      }),
    );
  } catch (cause) {
    throw new IssuerKeysError(cause);
  }
}

function keyId(encoded: Bytes): string {
  return toBase64Url(new Uint8Array(createHash('sha256').update(encoded).digest()));
}

async function importKey(encoded: Bytes): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
  const { util } = await import('@cloudflare/privacypass-ts'); // not for every router, and slow to load
  return webcrypto.subtle.importKey('spki', util.convertRSASSAPSSToEnc(encoded), algorithm, true, ['verify']);
}
