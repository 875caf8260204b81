import { homedir } from 'node:os';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { TokenSettings } from '../admission/admission.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { LoadLimits } from '../overload/overload.ts';
import { isLoopback, isWildcard } from './addresses.ts';

/** Settings as the operator's file and environment give them: one flat object. Numbers may come as text. */
const port = number(0, 65_535);

export const schema = z.strictObject({
  /** IP address to serve page and signalling on, or `localhost`. Plain HTTP on loopback, HTTPS anywhere else. */
  host: z.string().default('127.0.0.1'),
  /** TCP port of page and signalling; 0 takes a free one. */
  port: port.default(7880),
  /** PEM files of the operator's certificate and its key. Without them one is generated when needed. */
  tlsCertificate: z.string().optional(),
  tlsKey: z.string().optional(),
  /** Origins besides the router's own and loopback's whose pages may connect, as `https://example.org`. */
  allowedOrigins: list().default([]),
  /** IP address that media is received on. */
  mediaIp: z.ipv4().or(z.ipv6()).optional(),
  /** Address that clients are told to send media to, where that is another (behind NAT, or for a wildcard). */
  announcedAddress: z.string().optional(),
  /** Ports of media, UDP and TCP, as `40000-40099`: as many calls at once as there are ports. */
  mediaPorts: range().default({ first: 40_000, last: 40_099 }),
  /** Most participants in one call. */
  participantLimit: number(2, limits.participants).default(40),
  /** Media processes that wait for the next calls. Each takes 3 MB and saves a first joiner 40 ms. */
  warmWorkers: number(0, 100).default(1),
  /** Directory of the router key. */
  stateDirectory: z.string().optional(),
  /** Directory of the built page. */
  pageDirectory: z.string().default(join(import.meta.dirname, '../../../.build/page')),
  logLevel: z.enum(['info', 'warn', 'error', 'silent']).default('warn'),
  /** `off` leaves what has ended in memory, for a comparison. Works from the environment only. */
  forgetting: z.enum(['on', 'off']).default('on'),
  /** Who may use this router: everybody who holds a call's key, or only with a token of an issuer. */
  admission: z.enum(['open', 'token']).default('open'),
  /** With tokens: this router's name, the issuer's, where the issuer answers, and its directory as a file. */
  routerName: z.string().optional(),
  issuerName: z.string().optional(),
  issuerUrl: z.url({ protocol: /^https?$/ }).optional(),
  issuerKeys: z.string().optional(),
  /** TCP port on which metrics are served, at `/metrics`; without it they are not. And the address to serve them on. */
  adminPort: port.optional(),
  adminHost: z.string().default('127.0.0.1'),
  /** How long calls may go on after the router was told to stop (SIGTERM, SIGINT, `sotto drain`), in seconds; 0 ends them at once. */
  drainSeconds: number(0, 86_400).default(600),
  /** Share of all processors that router and media may use before nobody more is let in, in percent; 0: no limit. Of a call's media process: of one. */
  cpuLimit: number(0, 100).default(85),
  /** UDP datagrams a second, in and out, before nobody more is let in; 0: no limit. */
  packetLimit: number(0, 999_999).default(400_000),
  /** Memory that has to be free for anybody more to be let in, in MiB; 0: none. */
  memoryReserve: number(0, 999_999).default(256),
  /** How late signalling may come to its turn before nobody more is let in, in ms; 0: no limit. */
  delayLimit: number(0, 10_000).default(200),
  /** `true` starts a router that others can reach although its memory can be written to swap. */
  allowSwap: flag().default(false),
});

export type SettingValues = z.input<typeof schema>;

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
    readonly announcedBy: 'announcedAddress' | 'mediaIp' | 'host';
    readonly firstPort: number;
    readonly lastPort: number;
  };
  readonly participantLimit: number;
  readonly warmWorkers: number;
  readonly stateDirectory: string;
  readonly pageDirectory: string;
  readonly logLevel: z.output<typeof schema>['logLevel'];
  readonly forgetting: 'on' | 'off';
  readonly allowSwap: boolean;
  readonly drainMs: number;
  readonly loadLimits: LoadLimits;
  /** Undefined: open. */
  readonly tokens: TokenSettings | undefined;
  /** Undefined: no metrics are served. */
  readonly admin: { readonly host: string; readonly port: number } | undefined;
}

/** What is wrong with the settings, in words for the operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Checks `values` and fills in what they leave out. Throws SettingsError that names the setting. */
export function settingsFrom(values: unknown): Settings {
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map(inWords).join('\n'));
  const given = parsed.data;
  if (given.host !== 'localhost' && isIP(given.host) === 0)
    throw new SettingsError('host: give an IP address or localhost.');
  const { ip, ...announced } = mediaAddress(given);
  return deepFreeze({
    host: given.host,
    port: given.port,
    tls: tls(given),
    allowedOrigins: given.allowedOrigins,
    media: { ip, ...announced, firstPort: given.mediaPorts.first, lastPort: given.mediaPorts.last },
    participantLimit: given.participantLimit,
    warmWorkers: given.warmWorkers,
    stateDirectory: given.stateDirectory ?? join(homedir(), '.local/state/sotto'),
    pageDirectory: given.pageDirectory,
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
    admin: given.adminPort === undefined ? undefined : { host: given.adminHost, port: given.adminPort },
  });
}

type Given = z.output<typeof schema>;

function mediaAddress({
  host,
  mediaIp,
  announcedAddress,
}: Given): Pick<Settings['media'], 'ip' | 'announcedAddress' | 'announcedBy'> {
  const ip = mediaIp ?? (host === 'localhost' ? '127.0.0.1' : host);
  if (isWildcard(ip) && announcedAddress === undefined) {
    throw new SettingsError(
      `announcedAddress: media listens on every address (${ip}), so say which one clients can reach.`,
    );
  }
  if (announcedAddress !== undefined) return { ip, announcedAddress, announcedBy: 'announcedAddress' };
  return { ip, announcedAddress: ip, announcedBy: mediaIp === undefined ? 'host' : 'mediaIp' };
}

function tls({ host, tlsCertificate: certificate, tlsKey: key }: Given): Tls {
  if (certificate !== undefined && key !== undefined) return { kind: 'files', certificate, key };
  if (certificate !== undefined || key !== undefined)
    throw new SettingsError('tlsCertificate and tlsKey: give both or none.');
  return { kind: isLoopback(host) ? 'none' : 'generated' };
}

function tokens({
  admission,
  routerName,
  issuerName,
  issuerUrl,
  issuerKeys: keysFile,
}: Given): TokenSettings | undefined {
  if (admission === 'open') return undefined;
  if (routerName === undefined || issuerName === undefined || issuerUrl === undefined || keysFile === undefined)
    throw new SettingsError('admission: token needs routerName, issuerName, issuerUrl and issuerKeys.');
  return { routerName, issuerName, issuerUrl: new URL(issuerUrl).href, keysFile };
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such setting.`;
  return `${issue.path.join('.')}: ${issue.message}.`;
}

function number(least: number, most: number): z.ZodType<number, number | string> {
  const digits = z
    .string()
    .regex(/^\d{1,6}$/, 'not a number')
    .transform(Number);
  return z.union([z.number(), digits]).pipe(z.int().min(least).max(most));
}

function flag(): z.ZodType<boolean, boolean | string> {
  return z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
}

function list(): z.ZodType<string[], string | string[]> {
  const fromText = z.string().transform((text) => text.split(',').map((part) => part.trim()));
  return z
    .union([z.array(z.string()), fromText])
    .pipe(z.array(z.string().refine(isOrigin, 'not an origin such as https://example.org')));
}

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text && text !== 'null';
}

function range(): z.ZodType<{ first: number; last: number }, string> {
  return z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/, 'not a range such as 40000-40099')
    .transform((text) => {
      const [first = 0, last = 0] = text.split('-').map(Number);
      return { first, last };
    })
    .refine(({ first, last }) => first >= 1024 && last <= 65_535 && first <= last, 'not within 1024-65535');
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
