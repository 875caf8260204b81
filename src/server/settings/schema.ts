import { isIP } from 'node:net';
import { z } from 'zod';
import { isSigningKey } from '../../shared/identity/signing-key.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { regionName } from '../../shared/regions/region-list.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import { isHostName, isWildcard } from './addresses.ts';
import { docs } from './docs.ts';

/** Most that fits into a TCP or UDP header. */
const lastPort = 2 ** 16 - 1;
/** The first port that any program may listen on. */
const firstFreePort = 1_024;

const port = z.int().min(0).max(lastPort);
const host = z.string().refine((text) => text === 'localhost' || isIP(text) !== 0);
const name = z.string().min(1);
const file = z.string().min(1);

const served = {
  host: host.default('127.0.0.1').register(docs, {
    is: 'Where page and signalling are served. Plain HTTP on loopback, HTTPS anywhere else.',
    form: 'an IP address of this machine, or localhost',
  }),
  port: port.default(7880).register(docs, { is: 'TCP port of page and signalling; 0 takes a free one.' }),
  tlsCertificate: file.optional().register(docs, {
    is: 'The certificate with its chain. When it is renewed, so is what new connections are shown, without a restart.',
    form: 'the name of a PEM file',
    example: '/etc/sotto/certificate.pem',
    otherwise: 'on an address that others can reach, one for a try-out, which browsers warn of',
  }),
  tlsKey: file.optional().register(docs, {
    is: 'The private key of the certificate.',
    form: 'the name of a PEM file',
    example: '/etc/sotto/key.pem',
  }),
  allowedOrigins: z
    .array(z.string().refine(isOrigin))
    .default([])
    .register(docs, {
      is: "Other sites whose pages may connect, besides the router's own and those of this machine.",
      form: 'a list of origins',
      example: ['https://calls.example'],
    }),
  pageDirectory: file.optional().register(docs, {
    is: 'Directory of the built page.',
    form: 'the name of a directory',
    example: '/opt/sotto/.build/page',
    otherwise: "the project's own",
  }),
};

const media = {
  mediaIp: z
    .string()
    .refine((text) => isIP(text) !== 0)
    .optional()
    .register(docs, {
      is: 'Where media is received.',
      form: 'an IP address of this machine',
      example: '198.51.100.7',
      otherwise: 'the address of "host"',
    }),
  announcedAddress: z
    .string()
    .refine((text) => (isIP(text) !== 0 && !isWildcard(text)) || isHostName(text))
    .optional()
    .register(docs, {
      is: 'Where people are told to send media to, where that is another address (behind NAT, or for a wildcard).',
      form: 'an IP address that they can reach, or a host name, without a port',
      example: '198.51.100.7',
      otherwise: 'the address of "media_ip"',
    }),
  mediaPorts: range()
    .prefault('40000-40099')
    .register(docs, {
      is: 'Ports of media, UDP and TCP: as many calls at once as there are ports.',
      form: `a range of ports within ${firstFreePort}-${lastPort}`,
      raising: 'more calls at once; the firewall has to let all of them in',
    }),
};

const calls = {
  participantLimit: z.int().min(2).max(limits.participants).default(40).register(docs, {
    is: 'Most participants in one call.',
    unit: 'participants',
    raising: 'larger calls; what a call costs in packets grows with its square',
  }),
  warmWorkers: z.int().min(0).max(100).default(1).register(docs, {
    is: 'Media processes that wait for the next calls.',
    unit: 'processes',
    raising: 'saves 40 ms to as many first joiners at once, for 3 MB of memory each',
  }),
};

const load = {
  cpuLimit: z.int().min(0).max(100).default(85).register(docs, {
    is: "Share of all processors that router and media may use before nobody more is let in; of a call's media process, of one. 0: no limit.",
    unit: 'percent',
    raising: 'more calls; less is left for peaks',
  }),
  packetLimit: z.int().min(0).max(999_999).default(400_000).register(docs, {
    is: "UDP datagrams, in and out, before nobody more is let in. Lower it to what the provider's network carries. 0: no limit.",
    unit: 'datagrams per second',
    raising: 'more calls, where the network carries more',
  }),
  memoryReserve: z.int().min(0).max(999_999).default(256).register(docs, {
    is: 'Memory that has to be free for anybody more to be let in. 0: none.',
    unit: 'MiB',
    raising: 'refuses earlier',
  }),
  delayLimit: z.int().min(0).max(10_000).default(200).register(docs, {
    is: 'How late signalling may come to its turn before nobody more is let in. 0: no limit.',
    unit: 'ms',
    raising: 'joins take longer before they are refused',
  }),
};

const admission = {
  admission: z.enum(['open', 'token']).default('open').register(docs, {
    is: "Who may use this router: everybody who holds a call's key, or only with a token of an issuer.",
  }),
  routerName: name.optional().register(docs, {
    is: 'With tokens: the name of this router that they are made for.',
    form: 'a name that is not empty',
    example: 'calls.example',
  }),
  issuerName: name.optional().register(docs, {
    is: 'With tokens: the name of who makes them.',
    form: 'a name that is not empty',
    example: 'issuer.example',
  }),
  issuerUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .register(docs, {
      is: 'With tokens: where the issuer answers.',
      form: 'an address that begins with https:// or http://',
      example: 'https://issuer.example:7890',
    }),
  issuerKeys: file.optional().register(docs, {
    is: "With tokens: the issuer's directory of public keys, saved as a file. Read again when it changes.",
    form: 'the name of a JSON file',
    example: '/etc/sotto/issuer.json',
  }),
};

const regions = {
  region: regionName.optional().register(docs, {
    is: 'What this router is called in the list of regions; people see it when they choose.',
    form: 'a name of at most 32 small letters, digits and hyphens',
    example: 'frankfurt',
  }),
  regionsFile: file.optional().register(docs, {
    is: "The signed list of all the operator's routers: whoever starts a call on the page gets the nearest. Read again when it changes.",
    form: 'the name of a JSON file, made by `sotto regions sign`',
    example: '/etc/sotto/regions.json',
  }),
  regionsKey: z.string().refine(isRegionsKey).optional().register(docs, {
    is: 'The public key that the list is signed with.',
    form: 'a key as `sotto regions keygen` prints it, of 43 characters',
    example: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }),
};

const operation = {
  stateDirectory: file.optional().register(docs, {
    is: 'Directory of the router key, the only thing that is kept.',
    form: 'the name of a directory',
    example: '/var/lib/sotto',
    otherwise: '$XDG_STATE_HOME/sotto or ~/.local/state/sotto',
  }),
  logLevel: z.enum(['info', 'warn', 'error', 'silent']).default('warn').register(docs, {
    is: 'What is logged: each step in a life, only what went wrong, only what could not be helped, or nothing.',
  }),
  drainSeconds: z.int().min(0).max(86_400).default(600).register(docs, {
    is: 'How long calls may go on after the router was told to stop (SIGTERM, SIGINT, `sotto drain`). 0 ends them at once.',
    unit: 'seconds',
    raising: 'more calls end by themselves; whatever stops the router has to wait longer than that',
  }),
  adminPort: port.optional().register(docs, {
    is: 'TCP port of the metrics, at /metrics, and of /healthz and /readyz.',
    example: 9880,
    otherwise: 'none are served',
  }),
  selfCallSeconds: z.int().min(0).max(300).default(30).register(docs, {
    is: 'How often the router calls itself, through the announced address, where admin_port is set. /readyz says yes only when such a call has passed within twice that time. 0: never, and /readyz does not say whether it can be reached.',
    unit: 'seconds',
    raising: 'costs less; it is later known that nobody gets through',
  }),
  adminHost: host.default('127.0.0.1').register(docs, {
    is: 'Where metrics are served.',
    form: 'an IP address of this machine, or localhost',
  }),
  allowSwap: z.boolean().default(false).register(docs, {
    is: 'Whether a router starts that others can reach although its memory can be written to swap.',
  }),
  forgetting: z.enum(['on', 'off']).default('on').register(docs, {
    is: 'Switched off, what has ended stays in memory, for a comparison.',
    environmentOnly: true,
  }),
};

/** The settings as the reference orders them. */
export const groups = {
  'Page and signalling': served,
  Media: media,
  Calls: calls,
  'Too much to do': load,
  Admission: admission,
  Regions: regions,
  Operation: operation,
} as const;

/** The settings as the operator's file and environment give them, one flat object. */
export const schema = z.strictObject({
  ...served,
  ...media,
  ...calls,
  ...load,
  ...admission,
  ...regions,
  ...operation,
});

export type SettingName = keyof typeof schema.shape;
export type SettingValues = z.input<typeof schema>;
export type Given = z.output<typeof schema>;

function isRegionsKey(text: string): boolean {
  const key = fromBase64Url(text);
  return key !== undefined && isSigningKey(key);
}

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text && text !== 'null';
}

function range(): z.ZodType<{ first: number; last: number }, string> {
  return z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/)
    .transform((text) => {
      const [first = 0, last = 0] = text.split('-').map(Number);
      return { first, last };
    })
    .refine(({ first, last }) => first <= last, 'ends before it begins')
    .refine(({ first }) => first >= firstFreePort, `begins below ${firstFreePort}, with ports that are privileged`)
    .refine(({ last }) => last <= lastPort, `ends above ${lastPort}`);
}
