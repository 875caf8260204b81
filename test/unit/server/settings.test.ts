import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, readSettings, type Environment } from '../../../src/server/settings/load.ts';
import { settingsReference } from '../../../src/server/settings/reference.ts';
import { settingsFrom } from '../../../src/server/settings/settings.ts';

describe('settings', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sotto-settings-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const file = (text: string): string => {
    const path = join(directory, 'router.toml');
    writeFileSync(path, text);
    return path;
  };

  test('need nothing: a router on loopback only, without TLS', async () => {
    const settings = await loadSettings(undefined, {});
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 7880, tls: { kind: 'none' }, participantLimit: 40 });
    expect(settings.media).toEqual({
      ip: '127.0.0.1',
      announcedAddress: '127.0.0.1',
      announcedBy: 'host',
      firstPort: 40_000,
      lastPort: 40_099,
    });
  });

  test('come from a file, and the environment overrides it', async () => {
    const path = file('port = 1234\nparticipant_limit = 7\nallowed_origins = ["https://a.example"]\n');
    const fromFile = await loadSettings(path, {});
    expect(fromFile).toMatchObject({ port: 1234, participantLimit: 7, allowedOrigins: ['https://a.example'] });
    const environment = {
      SOTTO_CONFIG: path,
      SOTTO_PARTICIPANT_LIMIT: '9',
      SOTTO_MEDIA_PORTS: '2000-2003',
      SOTTO_ALLOWED_ORIGINS: 'https://b.example, http://c.example:8080',
      SOTTO_ALLOW_SWAP: 'true',
      PATH: '/bin',
    };
    const both = await loadSettings(undefined, environment);
    expect(both).toMatchObject({
      port: 1234,
      participantLimit: 9,
      allowSwap: true,
      media: { firstPort: 2000, lastPort: 2003 },
    });
    expect(both.allowedOrigins).toEqual(['https://b.example', 'http://c.example:8080']);
  });

  test.each([
    ['port', { port: 65_536 }],
    ['port', { port: 'many' }],
    ['participant_limit', { participantLimit: 1 }],
    ['participant_limit', { participantLimit: 201 }],
    ['media_ports', { mediaPorts: '40100-40000' }],
    ['media_ports', { mediaPorts: '80-90' }],
    ['allowed_origins', { allowedOrigins: 'example.org' }],
    ['allowed_origins', { allowedOrigins: 'https://example.org/page' }],
    ['host', { host: 'router.example' }],
    ['media_ip', { mediaIp: 'everywhere' }],
    ['tls_key', { tlsCertificate: 'cert.pem' }],
    ['announced_address', { host: '0.0.0.0' }],
  ])('that cannot be are an error that names them: %s', (name, values) => {
    expect(() => settingsFrom(values)).toThrow(name);
  });

  test('in a file that is missing are an error that names the file', async () => {
    const path = join(directory, 'none.toml');
    await expect(loadSettings(path, {})).rejects.toThrow(`${path}: cannot be read.`);
  });

  test('are explained by a file that is made from the schema, and sets nothing', async () => {
    const reference = join(import.meta.dirname, '../../../config/router.toml');
    expect(readFileSync(reference, 'utf8'), 'made by: npm run reference').toBe(settingsReference());
    expect(await loadSettings(reference, {})).toEqual(await loadSettings(undefined, {}));
  });

  test('that the reference shows can be set as they are shown', () => {
    const shown = settingsReference().replaceAll(/^#(?=\w)/gm, '');
    const { problems } = readSettings(file(shown), {});
    expect(problems()).toEqual([]);
  });

  test('put TLS on every address but loopback', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) {
      expect(settingsFrom({ host }).tls, host).toEqual({ kind: 'none' });
    }
    for (const host of ['192.168.1.5', '10.0.0.1', 'fe80::1', '128.0.0.1']) {
      expect(settingsFrom({ host, announcedAddress: 'call.example' }).tls, host).toEqual({ kind: 'generated' });
    }
    const files = { tlsCertificate: 'cert.pem', tlsKey: 'key.pem' };
    const everywhere = settingsFrom({ host: '0.0.0.0', announcedAddress: '203.0.113.5', ...files });
    expect(everywhere.tls).toEqual({ kind: 'files', certificate: 'cert.pem', key: 'key.pem' });
    expect(everywhere.media).toMatchObject({ ip: '0.0.0.0', announcedAddress: '203.0.113.5' });
  });

  test('keep the router key where the system keeps state', () => {
    const from = (environment: Environment): string => readSettings(undefined, environment).settings.stateDirectory;
    expect(from({ XDG_STATE_HOME: '/somewhere' })).toBe('/somewhere/sotto');
    expect(from({})).toMatch(/\.local\/state\/sotto$/);
    expect(from({ XDG_STATE_HOME: '/somewhere', SOTTO_STATE_DIRECTORY: '/here' })).toBe('/here');
  });

  test('have a router call itself where somebody can ask whether it is ready, unless they say never', () => {
    expect(settingsFrom({}).selfCallMs).toBeUndefined();
    expect(settingsFrom({ adminPort: 9_880 }).selfCallMs).toBe(30_000);
    expect(settingsFrom({ adminPort: 9_880, selfCallSeconds: 0 }).selfCallMs).toBeUndefined();
  });

  test('cannot be changed', () => {
    const settings = settingsFrom({});
    expect(
      Object.isFrozen(settings) && Object.isFrozen(settings.media) && Object.isFrozen(settings.allowedOrigins),
    ).toBe(true);
  });
});
