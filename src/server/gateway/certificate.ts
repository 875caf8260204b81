import { readFile } from 'node:fs/promises';
import { generate } from 'selfsigned';

/** PEM texts for node:https. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The operator's own. Rejects when a file cannot be read. */
export async function certificateFromFiles(certificate: string, key: string): Promise<Certificate> {
  const [cert, secret] = await Promise.all([readFile(certificate, 'utf8'), readFile(key, 'utf8')]);
  return { cert, key: secret };
}

/** One for a try-out in one's own network, which browsers warn of: made anew at each start, kept nowhere. */
export async function generatedCertificate(ip: string): Promise<Certificate> {
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
