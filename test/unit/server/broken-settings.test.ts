import { ed25519 } from '@noble/curves/ed25519.js';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generatedCertificate } from '../../../src/server/gateway/certificate.ts';
import { loadRouterKey } from '../../../src/server/keys/router-key.ts';
import { checkSettings } from '../../../src/server/settings/check.ts';
import { listeningFault } from '../../../src/server/settings/listening.ts';
import { signRegionList } from '../../../src/shared/regions/region-list.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';

const listKey = new Uint8Array(32).fill(1);
const regionsKey = toBase64Url(new Uint8Array(ed25519.getPublicKey(listKey)));
let directory: string;
let other: Server;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sotto-broken-'));
  const put = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(directory, name), text, { mode });
  };
  const [own, foreign] = [await generatedCertificate('127.0.0.1'), await generatedCertificate('127.0.0.1')];
  const past = { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2020-02-01') };
  const expired = await generate([{ name: 'commonName', value: 'Sotto' }], { keyType: 'ec', ...past });
  put('cert.pem', own.cert);
  put('key.pem', own.key);
  put('other-key.pem', foreign.key);
  put('old-cert.pem', expired.cert);
  put('old-key.pem', expired.private);
  put('not.pem', 'no PEM at all');
  put('public-key.pem', own.key, 0o644);
  const { publicKey } = await loadRouterKey(join(directory, 'listed'));
  await loadRouterKey(join(directory, 'not-listed'));
  const routers = [{ region: 'paris', url: 'https://paris.example', routerKey: toBase64Url(publicKey) }];
  const expires = Math.floor(Date.now() / 1_000) + 30 * 86_400;
  put('regions.json', signRegionList({ expires, routers }, listKey));
  put('old.json', signRegionList({ expires: 1, routers }, listKey));
  put('ending.json', signRegionList({ expires: expires - 25 * 86_400, routers }, listKey));
  put('other.json', signRegionList({ expires, routers }, new Uint8Array(32)));
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  other.close();
});

/** Ports that neither the system gives out by itself nor other tests take. */
const mediaPorts = '19000-19001';

/** Checks a file of settings, with media on ports that are free. `@` stands for the test's directory, `%` for a port that is taken, `"#"` for the key of lists. */
async function check(text: string): Promise<{ file: string } & Awaited<ReturnType<typeof checkSettings>>> {
  const file = join(directory, 'router.toml');
  const { port } = other.address() as AddressInfo;
  const whole = text.includes('media_ports =') ? text : `${text}\nmedia_ports = "${mediaPorts}"`;
  const filled = whole.replaceAll('@', directory).replaceAll('%', `${port}`).replaceAll('"#"', `"${regionsKey}"`);
  writeFileSync(file, filled);
  const environment = { SOTTO_STATE_DIRECTORY: join(directory, 'state') };
  return { file, ...(await checkSettings(file, text.includes('state_directory') ? {} : environment)) };
}

/** Each: the file, then of its one error the line, the key, and words of what is wrong and what to do. */
const broken: readonly [string, number, string, RegExp, RegExp][] = [
  ['prot = 443', 1, 'prot', /no such setting/, /Did you mean port\?/],
  ['\n\nmediaPorts = "41000-41001"', 3, 'mediaPorts', /no such setting/, /Did you mean media_ports\?/],
  ['favourite_colour = "red"', 1, 'favourite_colour', /no such setting/, /Remove it/],
  ['media.ports = "41000-41001"', 1, 'media.ports', /no such setting/, /Did you mean media_ports\?/],
  ['port = 0\nport = 1', 2, 'port', /set twice, first in line 1/, /Remove one/],
  ['[media]\nmedia_ip = "127.0.0.1"', 1, '[media]', /not in sections/, /Remove this line/],
  ['port = 70000', 1, 'port', /not a whole number from 0 to 65535/, /port = 7880/],
  ['port = "443"', 1, 'port', /not a whole number/, /port = 7880/],
  ['# forty\nparticipant_limit = "40 people"', 2, 'participant_limit', /from 2 to 200/, /participant_limit = 40/],
  ['participant_limit = 1', 1, 'participant_limit', /from 2 to 200/, /participant_limit = 40/],
  ['warm_workers = 2 processes', 1, 'warm_workers', /not TOML/, /warm_workers = 1/],
  ['warm_workers = 1.5', 1, 'warm_workers', /not a whole number/, /warm_workers = 1/],
  ['media_ip = "127.0.0.1\nport = 0', 1, 'media_ip', /not TOML/, /media_ip = "198/],
  ['port: 443', 1, 'port', /not TOML/, /port = 7880/],
  ['{ "port": 443 }', 1, '', /not TOML/, /one setting a line/],
  ['allow_swap = "yes"', 1, 'allow_swap', /not true or false/, /allow_swap = false/],
  ['log_level = "debug"', 1, 'log_level', /not one of info, warn, error, silent/, /log_level = "warn"/],
  ['host = "router.example"', 1, 'host', /not an IP address/, /host = "127\.0\.0\.1"/],
  ['host = "203.0.113.9"', 1, 'host', /not an address of this machine/, /It has .*127\.0\.0\.1/],
  ['host = "0.0.0.0"\nport = 0', 1, 'announced_address', /missing/, /announced_address = "198/],
  ['announced_address = "203.0.113.9:40000"', 1, 'announced_address', /without a port/, /= "198\.51\.100\.7"/],
  ['announced_address = "203.0.113.900"', 1, 'announced_address', /not an IP address/, /= "198\.51\.100\.7"/],
  ['announced_address = "2001:db8::1"', 1, 'announced_address', /another family/, /both IPv4/],
  ['host = "::"\nannounced_address = "::1"', 2, 'announced_address', /only machines near/, /everybody reaches/],
  ['host = "0.0.0.0"\nmedia_ip = "127.0.0.1"', 2, 'announced_address', /setting media_ip/, /everybody reaches/],
  ['media_ports = "40100-40000"', 1, 'media_ports', /ends before it begins/, /"40000-40099"/],
  ['media_ports = "80-90"', 1, 'media_ports', /below 1024.*privileged/, /"40000-40099"/],
  ['media_ports = "40000"', 1, 'media_ports', /not a range/, /"40000-40099"/],
  ['port = 19001', 1, 'port', /one of the ports of media/, /another port/],
  ['port = 19002\nadmin_port = 19002', 2, 'admin_port', /port of page and signalling/, /another port/],
  ['port = %', 1, 'port', /taken by another program/, /another port/],
  ['port = 0\nadmin_port = %', 2, 'admin_port', /taken by another program/, /another port/],
  ['port = 0\nmedia_ports = "%-%"', 2, 'media_ports', /TCP\) is taken/, /another port/],
  ['allowed_origins = [\n  "https://a.example",\n  "https://b.example/x",\n]', 3, 'allowed_origins', /origins/, /\["/],
  ['tls_certificate = "@/cert.pem"', 1, 'tls_key', /missing/, /tls_key = "/],
  ['tls_certificate = "@/none"\ntls_key = "@/key.pem"', 1, 'tls_certificate', /cannot be read/, /BEGIN CERT/],
  ['tls_certificate = "@/not.pem"\ntls_key = "@/key.pem"', 1, 'tls_certificate', /no certificate/, /BEGIN CERT/],
  ['tls_certificate = "@/cert.pem"\ntls_key = "@/not.pem"', 2, 'tls_key', /no private key/, /BEGIN PRIVATE/],
  ['tls_certificate = "@/cert.pem"\ntls_key = "@/other-key.pem"', 2, 'tls_key', /not the key of/, /together/],
  ['tls_certificate = "@/old-cert.pem"\ntls_key = "@/old-key.pem"', 1, 'tls_certificate', /of the past/, /Renew/],
  ['state_directory = "@/cert.pem"', 1, 'state_directory', /cannot be read there, nor made/, /cert\.pem/],
  ['region = "Frankfurt am Main"', 1, 'region', /not a name of at most 32 small letters/, /region = "frankfurt"/],
  ['regions_file = "@/regions.json"', 1, 'regions_key', /missing: a list is given without/, /regions_key = "/],
  ['regions_key = "#"', 1, 'regions_file', /missing: a key is given without it/, /regions_file = "/],
  ['regions_file = "@/regions.json"\nregions_key = "AAAA"', 2, 'regions_key', /not a key/, /regions_key = "/],
  ['regions_file = "@/none"\nregions_key = "#"', 1, 'regions_file', /cannot be read/, /sotto regions sign/],
  ['regions_file = "@/not.pem"\nregions_key = "#"', 1, 'regions_file', /no list of routers/, /sotto regions verify/],
  ['regions_file = "@/other.json"\nregions_key = "#"', 1, 'regions_file', /signed by the key in/, /regions verify/],
  ['forgetting = "off"', 1, 'forgetting', /environment only/, /SOTTO_FORGETTING/],
];

describe('settings that are broken', () => {
  test.each(broken)('are named by line, key and remedy: %j', async (text, line, key, problem, remedy) => {
    const { file, errors } = await check(text.includes('port =') ? text : `${text}\nport = 0`);
    expect(errors).toEqual([
      {
        file,
        line,
        key,
        problem: expect.stringMatching(problem) as string,
        remedy: expect.stringMatching(remedy) as string,
      },
    ]);
  });

  test('in many ways are told of all at once, in the order of the file', async () => {
    const { errors } = await check(
      'prot = 1\nport = 70000\nwarm_workers = 2 s\nlog_level = 5\ntls_certificate = "@/none"\ntls_key = "@/none"\nadmission = "token"',
    );
    expect(errors.map(({ line, key }) => `${line} ${key}`)).toEqual([
      '1 prot',
      '2 port',
      '3 warm_workers',
      '4 log_level',
      '5 tls_certificate',
      '6 tls_key',
      '7 router_name',
      '7 issuer_name',
      '7 issuer_url',
      '7 issuer_keys',
    ]);
  });

  test('in the environment are named by their variable, and written as one', async () => {
    const { errors } = await checkSettings(undefined, {
      SOTTO_MEDIA_PORTS: mediaPorts,
      SOTTO_PORT: 'many',
      SOTTO_ALLOWED_ORIGINS: 'a,b',
      SOTTO_ADMISION: 'open',
    });
    expect(errors.map(({ key, remedy }) => [key, remedy])).toEqual([
      ['SOTTO_ADMISION', 'Did you mean SOTTO_ADMISSION?'],
      ['SOTTO_PORT', 'Write it as: SOTTO_PORT=7880'],
      ['SOTTO_ALLOWED_ORIGINS', 'Write it as: SOTTO_ALLOWED_ORIGINS=https://calls.example'],
    ]);
  });

  test('a file of issuer keys that is none is named', async () => {
    const token = 'admission = "token"\nrouter_name = "r"\nissuer_name = "i"\nissuer_url = "https://i.example"';
    const { errors } = await check(`port = 0\n${token}\nissuer_keys = "@/not.pem"`);
    expect(errors).toMatchObject([
      { line: 6, key: 'issuer_keys', remedy: expect.stringContaining('sotto issuer') as string },
    ]);
  });

  test('a port that only others may have is privileged, whatever its number', () => {
    const fault = listeningFault({ host: 'host', port: 'port' }, 'EACCES', 'port 443 (TCP)');
    expect(fault).toMatchObject({ name: 'port', remedy: expect.stringContaining('CAP_NET_BIND_SERVICE') as string });
  });
});

describe('settings that work', () => {
  const warned = async (text: string): Promise<string[]> => {
    const { errors, warnings } = await check(`${text}\nport = 0`);
    expect(errors).toEqual([]);
    expect(warnings.every(({ problem, remedy }) => problem !== '' && remedy !== '')).toBe(true);
    return warnings.map(({ key, line }) => `${line} ${key}`);
  };

  test.each([
    ['host = "127.0.0.1"', '1 host'],
    ['admission = "open"', '1 admission'],
    ['host = "0.0.0.0"\nannounced_address = "203.0.113.9"', '1 tls_certificate'],
    ['announced_address = "192.168.1.9"', '1 announced_address'],
    ['announced_address = "100.64.3.4"', '1 announced_address'],
    ['admin_port = 0\nadmin_host = "0.0.0.0"', '2 admin_host'],
    ['allow_swap = true', '1 allow_swap'],
    ['tls_certificate = "@/cert.pem"\ntls_key = "@/public-key.pem"', '2 tls_key'],
    ['page_directory = "@"', '1 page_directory'],
    ['regions_file = "@/old.json"\nregions_key = "#"', '1 regions_file'],
    ['regions_file = "@/ending.json"\nregions_key = "#"', '1 regions_file'],
    ['state_directory = "@/not-listed"\nregions_file = "@/regions.json"\nregions_key = "#"', '2 regions_file'],
    ['region = "rome"\nstate_directory = "@/listed"\nregions_file = "@/regions.json"\nregions_key = "#"', '1 region'],
    ['state_directory = "@/listed"\nregions_file = "@/regions.json"\nregions_key = "#"', '2 region'],
  ])('but should not be a region’s are warned of: %j', async (text, warning) => {
    expect(await warned(text)).toContain(warning);
  });

  test('and are wise are not warned of', async () => {
    const wise =
      'host = "0.0.0.0"\nannounced_address = "203.0.113.9"\ntls_certificate = "@/cert.pem"\ntls_key = "@/key.pem"\n' +
      'region = "paris"\nstate_directory = "@/listed"\nregions_file = "@/regions.json"\nregions_key = "#"';
    const about = (await warned(wise)).map((warning) => warning.split(' ')[1]);
    expect(about.filter((key) => !['admission', 'allow_swap', 'page_directory'].includes(key ?? ''))).toEqual([]);
  });
});
