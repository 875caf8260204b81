import { homedir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import type { TokenSettings } from '../admission/admission.ts';
import type { LoadLimits } from '../overload/overload.ts';
import type { RegionListPlace } from '../regions/region-list-file.ts';
import { isLoopback } from './addresses.ts';
import { announcedBy } from './announcement.ts';
import { contradictions } from './contradictions.ts';
import { describe, descriptions, exampleOf } from './describe.ts';
import { remedyInFile, SettingsError, unknownKey, type Fault } from './problem.ts';
import { schema, type Given, type SettingValues } from './schema.ts';

export type { SettingValues };

/** How page and signalling are encrypted on the way. */
type Tls =
  | { readonly kind: 'none' }
  | { readonly kind: 'generated' }
  | { readonly kind: 'files'; readonly certificate: string; readonly key: string };

/** What the router is started with. Checked, frozen, and without a secret: keys are named by their files. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly tls: Tls;
  readonly allowedOrigins: readonly string[];
  readonly media: {
    readonly ip: string;
    readonly announcedAddress: string;
    /** The setting that it comes from. */
    readonly announcedBy: ReturnType<typeof announcedBy>;
    readonly firstPort: number;
    readonly lastPort: number;
  };
  readonly participantLimit: number;
  readonly warmWorkers: number;
  readonly stateDirectory: string;
  readonly pageDirectory: string;
  readonly logLevel: Given['logLevel'];
  readonly forgetting: 'on' | 'off';
  readonly allowSwap: boolean;
  readonly drainMs: number;
  readonly loadLimits: LoadLimits;
  /** Undefined: open. */
  readonly tokens: TokenSettings | undefined;
  readonly region: string | undefined;
  /** Undefined: there is no list of routers. */
  readonly regions: RegionListPlace | undefined;
  /** Between two self-calls; undefined: there are none. */
  readonly selfCallMs: number | undefined;
  /** Undefined: no metrics are served. */
  readonly admin: { readonly host: string; readonly port: number } | undefined;
}

/** What values mean, as far as they can be understood: faulty ones are left out of `settings`. */
export interface Understood {
  readonly settings: Settings;
  readonly faults: readonly Fault[];
}

/** Checks `values` and fills in what they leave out. Throws SettingsError that names each setting that is wrong. */
export function settingsFrom(values: unknown): Settings {
  const { settings, faults } = understand(values);
  if (faults.length === 0) return settings;
  throw new SettingsError(
    faults.map(({ name, problem, remedy }) => {
      const key = describe(name)?.key ?? name;
      return { key, problem, remedy: remedyInFile(key, remedy) };
    }),
  );
}

/** Like `settingsFrom`, but goes on past what is wrong. Throws only when `values` is no object. */
export function understand(values: unknown): Understood {
  const parsed = schema.safeParse(values);
  if (parsed.success) return { settings: assemble(parsed.data), faults: contradictions(parsed.data) };
  const faults = parsed.error.issues.flatMap(faultsOf);
  const faulty = new Set(faults.map(({ name }) => name));
  const rest = Object.entries(values as object).filter(([name]) => !faulty.has(name));
  const given = schema.parse(Object.fromEntries(rest));
  // What is missing because it is faulty has been named already.
  const others = contradictions(given).filter(({ name }) => !faulty.has(name));
  return { settings: assemble(given), faults: [...faults, ...others] };
}

function assemble(given: Given): Settings {
  const { host, mediaIp, announcedAddress, mediaPorts, adminPort, adminHost } = given;
  const ip = mediaIp ?? (host === 'localhost' ? '127.0.0.1' : host);
  return deepFreeze({
    host,
    port: given.port,
    tls: tls(given),
    allowedOrigins: given.allowedOrigins,
    media: {
      ip,
      announcedAddress: announcedAddress ?? ip,
      announcedBy: announcedBy(given),
      firstPort: mediaPorts.first,
      lastPort: mediaPorts.last,
    },
    participantLimit: given.participantLimit,
    warmWorkers: given.warmWorkers,
    stateDirectory: given.stateDirectory ?? join(homedir(), '.local/state/sotto'),
    pageDirectory: given.pageDirectory ?? join(import.meta.dirname, '../../../.build/page'),
    logLevel: given.logLevel,
    forgetting: given.forgetting,
    allowSwap: given.allowSwap,
    drainMs: given.drainSeconds * 1_000,
    loadLimits: {
      cpu: given.cpuLimit / 100,
      packets: given.packetLimit,
      memory: given.memoryReserve * 2 ** 20,
      lateMs: given.delayLimit,
    },
    tokens: tokens(given),
    region: given.region,
    regions: regions(given),
    selfCallMs: adminPort === undefined || given.selfCallSeconds === 0 ? undefined : given.selfCallSeconds * 1_000,
    admin: adminPort === undefined ? undefined : { host: adminHost, port: adminPort },
  });
}

function tls({ host, tlsCertificate: certificate, tlsKey: key }: Given): Tls {
  if (certificate !== undefined && key !== undefined) return { kind: 'files', certificate, key };
  return { kind: isLoopback(host) ? 'none' : 'generated' };
}

function tokens(given: Given): TokenSettings | undefined {
  const { admission, routerName, issuerName, issuerUrl, issuerKeys: keysFile } = given;
  if (admission === 'open') return undefined;
  if (routerName === undefined || issuerName === undefined || issuerUrl === undefined || keysFile === undefined)
    return undefined;
  return { routerName, issuerName, issuerUrl: new URL(issuerUrl).href, keysFile };
}

function regions({ regionsFile: file, regionsKey: key }: Given): RegionListPlace | undefined {
  return file === undefined || key === undefined ? undefined : { file, key };
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const known = descriptions.map(({ name }) => name);
    return issue.keys.map((name) => ({ name, ...unknownKey(name, known) }));
  }
  const [name, element] = issue.path;
  const said = describe(String(name));
  if (said === undefined) throw new TypeError('settings are not an object');
  const { form } = said;
  const problem = issue.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : `not ${form}`;
  return [
    {
      name: said.name,
      problem: `${problem}.`,
      remedy: exampleOf(said.name),
      element: typeof element === 'number' ? element : undefined,
    },
  ];
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
