import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** PEM texts for node:https. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Where the operator's own is. */
export interface CertificatePlace {
  readonly certificate: string;
  readonly key: string;
}

export type CertificateFlaw = 'certificate-unreadable' | 'key-unreadable' | 'not-a-pair' | 'expired';

/** A certificate is no good. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly flaw: CertificateFlaw;

  constructor(flaw: CertificateFlaw, cause?: unknown) {
    super(flaw, { cause });
    this.flaw = flaw;
  }
}

/** The operator's own, and when it ends, in ms since 1970. Rejects with CertificateError when it cannot be used at `nowMs`. */
export async function certificateFromFiles(
  place: CertificatePlace,
  nowMs: number,
): Promise<Certificate & { readonly untilMs: number }> {
  const cert = await readFile(place.certificate, 'utf8').catch(because('certificate-unreadable'));
  const leaf = attempt('certificate-unreadable', () => new X509Certificate(cert));
  const { key, secret } = await keyFromFile(place.key);
  if (!leaf.checkPrivateKey(secret)) throw new CertificateError('not-a-pair');
  // With whatever else is in the file: the chain.
  attempt('certificate-unreadable', () => createSecureContext({ cert, key }));
  const untilMs = leaf.validToDate.getTime();
  if (untilMs < nowMs) throw new CertificateError('expired');
  return { cert, key, untilMs };
}

/** The private key in a file, as PEM and as an object. Rejects with CertificateError. */
export async function keyFromFile(file: string): Promise<{ readonly key: string; readonly secret: KeyObject }> {
  const key = await readFile(file, 'utf8').catch(because('key-unreadable'));
  return { key, secret: attempt('key-unreadable', () => createPrivateKey(key)) };
}

/** One for a try-out in one's own network, which browsers warn of: made anew at each start, kept nowhere. */
export async function generatedCertificate(ip: string): Promise<Certificate> {
  const { generate } = await import('selfsigned'); // not for every router, and slow to load
  const made = await generate([{ name: 'commonName', value: 'Sotto' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

function attempt<T>(flaw: CertificateFlaw, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new CertificateError(flaw, cause);
  }
}

function because(flaw: CertificateFlaw): (cause: unknown) => never {
  return (cause) => {
    throw new CertificateError(flaw, cause);
  };
}
