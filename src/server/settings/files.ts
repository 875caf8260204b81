import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IssuerKeysError, readIssuerKeys } from '../admission/issuer-keys.ts';
import { CertificateError, certificateFromFiles, keyFromFile, type CertificateFlaw } from '../gateway/certificate.ts';
import { readRouterKey, RouterKeyError } from '../keys/router-key.ts';
import type { Fault, FilesInspected } from './problem.ts';
import { inspectRegions } from './region-files.ts';
import type { Settings } from './settings.ts';

const dayMs = 86_400_000;
/** From when on the end of a certificate is near, in days. Higher warns earlier; those that are renewed by themselves have 30 then. */
const soonDays = 14;

const certificateFaults: Readonly<Record<CertificateFlaw, Fault>> = {
  'certificate-unreadable': {
    name: 'tlsCertificate',
    problem: 'the file cannot be read, or is no certificate in PEM.',
    remedy: 'Check its name, who may read it, and that it begins with -----BEGIN CERTIFICATE-----.',
  },
  'key-unreadable': {
    name: 'tlsKey',
    problem: 'the file cannot be read, or is no private key in PEM without a password.',
    remedy: 'Check its name, who may read it, and that it begins with -----BEGIN PRIVATE KEY-----.',
  },
  'not-a-pair': {
    name: 'tlsKey',
    problem: 'is not the key of the first certificate in tls_certificate.',
    remedy: "Give the two that were made together, the router's own certificate before those of its issuers.",
  },
  expired: { name: 'tlsCertificate', problem: 'is of the past: browsers refuse it.', remedy: 'Renew it.' },
};

/** Reads every file that the settings name, and changes none. `nowMs` since 1970. */
export async function inspectFiles(settings: Settings, nowMs: number): Promise<FilesInspected> {
  const [certificate, issuer, state, regions] = await Promise.all([
    inspectCertificate(settings.tls, nowMs),
    inspectIssuerKeys(settings.tokens),
    inspectState(settings.stateDirectory),
    inspectRegions(settings, nowMs),
  ]);
  return {
    faults: [...certificate.faults, ...issuer, ...state, ...regions.faults],
    warnings: [...certificate.warnings, ...regions.warnings],
  };
}

async function inspectCertificate(tls: Settings['tls'], nowMs: number): Promise<FilesInspected> {
  if (tls.kind !== 'files') return { faults: [], warnings: [] };
  // The key by itself, too: it may be no good beside a certificate that is none.
  const [certificate, key] = await Promise.all([
    certificateFromFiles(tls, nowMs).catch(flawOf),
    keyFromFile(tls.key).catch(flawOf),
  ]);
  const flaws = new Set([certificate, key].filter((one) => typeof one === 'string'));
  if (typeof certificate === 'string')
    return { faults: [...flaws].map((flaw) => certificateFaults[flaw]), warnings: [] };
  const days = Math.floor((certificate.untilMs - nowMs) / dayMs);
  const ending: Fault = { name: 'tlsCertificate', problem: `ends in ${days} days.`, remedy: 'Renew it.' };
  const open: Fault = {
    name: 'tlsKey',
    problem: 'the file can be read by everybody on this machine.',
    remedy: `Run: chmod o-rwx ${tls.key}`,
  };
  const othersMay = (await stat(tls.key)).mode % 0o10 !== 0;
  return { faults: [], warnings: [...(days < soonDays ? [ending] : []), ...(othersMay ? [open] : [])] };
}

function flawOf(error: unknown): CertificateFlaw {
  if (error instanceof CertificateError) return error.flaw;
  throw error;
}

async function inspectIssuerKeys(tokens: Settings['tokens']): Promise<Fault[]> {
  if (tokens === undefined) return [];
  try {
    await readIssuerKeys(tokens.keysFile);
    return [];
  } catch (error) {
    if (error instanceof IssuerKeysError) return [{ name: 'issuerKeys', problem: error.problem, remedy: error.remedy }];
    throw error;
  }
}

async function inspectState(directory: string): Promise<Fault[]> {
  const name = 'stateDirectory';
  try {
    if ((await readRouterKey(directory)) === undefined) await access(await whatExistsOf(directory), constants.W_OK);
    return [];
  } catch (error) {
    if (error instanceof RouterKeyError) return [{ name, problem: error.problem, remedy: error.remedy }];
    const problem = 'the router key cannot be read there, nor made.';
    return [{ name, problem, remedy: `Make it a directory of whom the router runs as, nobody else's: ${directory}` }];
  }
}

/** The directory, or the first above it that there is. */
async function whatExistsOf(directory: string): Promise<string> {
  try {
    await stat(directory);
    return directory;
  } catch {
    const above = dirname(directory);
    return above === directory ? directory : whatExistsOf(above);
  }
}
