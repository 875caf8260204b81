import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../../src/server/settings/load.ts';
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
    const path = join(directory, 'sotto.json');
    writeFileSync(path, text);
    return path;
  };

  test('need nothing: a router on loopback only, without TLS', () => {
    const settings = loadSettings(undefined, {});
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 7880, tls: { kind: 'none' }, participantLimit: 40 });
    expect(settings.media).toEqual({
      ip: '127.0.0.1',
      announcedAddress: '127.0.0.1',
      announcedBy: 'host',
      firstPort: 40_000,
      lastPort: 40_099,
    });
  });

  test('come from a file, and the environment overrides it', () => {
    const path = file('{ "port": 1234, "participantLimit": 7, "allowedOrigins": ["https://a.example"] }');
    const fromFile = loadSettings(path, {});
    expect(fromFile).toMatchObject({ port: 1234, participantLimit: 7, allowedOrigins: ['https://a.example'] });
    const environment = {
      SOTTO_CONFIG: path,
      SOTTO_PARTICIPANT_LIMIT: '9',
      SOTTO_MEDIA_PORTS: '2000-2003',
      SOTTO_ALLOWED_ORIGINS: 'https://b.example, http://c.example:8080',
      PATH: '/bin',
    };
    const both = loadSettings(undefined, environment);
    expect(both).toMatchObject({ port: 1234, participantLimit: 9, media: { firstPort: 2000, lastPort: 2003 } });
    expect(both.allowedOrigins).toEqual(['https://b.example', 'http://c.example:8080']);
  });

  test('of a name that means nothing are an error that says the name', () => {
    expect(() => loadSettings(file('{ "prot": 1 }'), {})).toThrow('prot: there is no such setting');
    expect(() => loadSettings(undefined, { SOTTO_PROT: '1' })).toThrow('SOTTO_PROT: there is no such setting');
  });

  test.each([
    ['port', { port: 65_536 }],
    ['port', { port: 'many' }],
    ['participantLimit', { participantLimit: 1 }],
    ['participantLimit', { participantLimit: 201 }],
    ['mediaPorts', { mediaPorts: '40100-40000' }],
    ['mediaPorts', { mediaPorts: '80-90' }],
    ['allowedOrigins', { allowedOrigins: 'example.org' }],
    ['allowedOrigins', { allowedOrigins: 'https://example.org/page' }],
    ['host', { host: 'router.example' }],
    ['mediaIp', { mediaIp: 'everywhere' }],
    ['tlsKey', { tlsCertificate: 'cert.pem' }],
    ['announcedAddress', { host: '0.0.0.0' }],
  ])('that cannot be are an error that names them: %s', (name, values) => {
    expect(() => settingsFrom(values)).toThrow(name);
  });

  test('in a file that is missing, no JSON, or no object are an error that names the file', () => {
    for (const path of [join(directory, 'none.json'), file('{'), file('[]')]) {
      expect(() => loadSettings(path, {})).toThrow(path);
    }
  });

  test('put TLS on every address but loopback', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) {
      expect(settingsFrom({ host }).tls, host).toEqual({ kind: 'none' });
    }
    for (const host of ['192.168.1.5', '10.0.0.1', 'fe80::1', '128.0.0.1']) {
      expect(settingsFrom({ host }).tls, host).toEqual({ kind: 'generated' });
    }
    const files = { tlsCertificate: 'cert.pem', tlsKey: 'key.pem' };
    const everywhere = settingsFrom({ host: '0.0.0.0', announcedAddress: '203.0.113.5', ...files });
    expect(everywhere.tls).toEqual({ kind: 'files', certificate: 'cert.pem', key: 'key.pem' });
    expect(everywhere.media).toMatchObject({ ip: '0.0.0.0', announcedAddress: '203.0.113.5' });
  });

  test('keep the router key where the system keeps state', () => {
    expect(loadSettings(undefined, { XDG_STATE_HOME: '/somewhere' }).stateDirectory).toBe('/somewhere/sotto');
    expect(loadSettings(undefined, {}).stateDirectory).toMatch(/\.local\/state\/sotto$/);
    const both = { XDG_STATE_HOME: '/somewhere', SOTTO_STATE_DIRECTORY: '/here' };
    expect(loadSettings(undefined, both).stateDirectory).toBe('/here');
  });

  test('cannot be changed', () => {
    const settings = settingsFrom({});
    expect(
      Object.isFrozen(settings) && Object.isFrozen(settings.media) && Object.isFrozen(settings.allowedOrigins),
    ).toBe(true);
  });
});
