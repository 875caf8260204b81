import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { isLoopback } from '../../server/settings/addresses.ts';
import { directoryPath, KeyStore } from './key-store.ts';
import { IssuerServer } from './server.ts';

interface Options {
  readonly keys: string;
  readonly host: string;
  readonly port: number;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly allow?: string;
}

/** `sotto issuer`: makes Privacy Pass tokens for routers with `admission: token`, until it is told to stop. */
export function addIssuerCommand(program: Command): void {
  program
    .command('issuer')
    .description('make admission tokens (Privacy Pass, RFC 9578 type 2), for tests and small operators')
    .requiredOption('--keys <directory>', 'where its secret keys are; made there, one a day')
    .option('--host <address>', 'IP address to serve on', '127.0.0.1')
    .option('--port <number>', 'TCP port', port, 7890)
    .option('--certificate <file>', 'PEM; needed on anything but loopback')
    .option('--certificate-key <file>', 'PEM')
    .option(
      '--allow <program>',
      'decides who gets tokens: reads the Authorization header on standard input, exit code 0 says yes',
    )
    .action(issue);
}

async function issue({ keys, host, port: at, certificate, certificateKey, allow }: Options): Promise<void> {
  if (!isLoopback(host) && (certificate === undefined || allow === undefined))
    throw new Error('On anything but loopback an issuer needs --certificate with --certificate-key, and --allow.');
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Error('--certificate and --certificate-key: give both or none.');
  const server = await IssuerServer.listen({
    host,
    port: at,
    keys: new KeyStore(keys),
    certificate:
      certificate === undefined || certificateKey === undefined
        ? undefined
        : { cert: await readFile(certificate, 'utf8'), key: await readFile(certificateKey, 'utf8') },
    allow,
    nowSeconds: () => Math.floor(Date.now() / 1_000),
  });
  const scheme = certificate === undefined ? 'http' : 'https';
  const name = host.includes(':') ? `[${host}]` : host;
  process.stderr.write(
    `Its directory, which routers are given as issuerKeys: ${scheme}://${name}:${server.port}${directoryPath}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server[Symbol.asyncDispose]());
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('Give a port from 0 to 65535.');
}
