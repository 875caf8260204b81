import { describe, expect, test } from 'vitest';
import { announcement } from '../../../src/server/settings/announcement.ts';
import { settingsFrom, type SettingValues } from '../../../src/server/settings/settings.ts';

describe('where people will be told to send media to', () => {
  test.each<[string, string, SettingValues]>([
    ['203.0.113.5', 'announced_address', { host: '0.0.0.0', announcedAddress: '203.0.113.5' }],
    ['203.0.113.6', 'media_ip', { host: '0.0.0.0', mediaIp: '203.0.113.6' }],
    ['203.0.113.7', 'host', { host: '203.0.113.7' }],
    ['127.0.0.1', 'host', {}],
    ['call.example', 'announced_address', { announcedAddress: 'call.example' }],
  ])('is %s when the setting %s says so', (address, setting, values) => {
    expect(announcement(settingsFrom({ ...values, mediaPorts: '40000-40009' }))).toBe(
      `People will be told to send media to ${address}, ports 40000 to 40009, UDP and TCP (setting ${setting}).`,
    );
  });

  test.each<[string, SettingValues]>([
    ['all of a router on loopback', { host: '127.0.0.1', announcedAddress: '10.1.2.3' }],
    ['one that everybody can reach', { host: '198.51.100.7' }],
    ['a name', { host: '10.0.0.5', announcedAddress: 'call.example' }],
    ['one behind a NAT', { host: '10.0.0.5', announcedAddress: '198.51.100.7' }],
    ['one of its own network, on purpose', { host: '192.168.1.5', announcedAddress: '192.168.1.5' }],
    ['one of a private network, when it listens everywhere', { host: '0.0.0.0', announcedAddress: '10.0.0.5' }],
  ])('may be %s', (_what, values) => {
    expect(() => {
      settingsFrom(values);
    }).not.toThrow();
  });

  test.each<[string, SettingValues]>([
    ['a private address that nobody chose', { host: '10.0.0.5' }],
    ['another private range', { host: '172.31.255.1' }],
    ['a private address of the media interface', { host: '198.51.100.7', mediaIp: '192.168.1.5' }],
    ["a carrier's address", { host: '100.64.3.4' }],
    ['a private address beside a public page', { host: '198.51.100.7', announcedAddress: '10.0.0.5' }],
    ['an address of one link', { host: 'fe80::1' }],
    ['a private address of IPv6', { host: 'fd12:3456::1' }],
    ['loopback for everybody', { host: '0.0.0.0', announcedAddress: '127.0.0.1' }],
    ['all addresses', { host: '0.0.0.0', announcedAddress: '0.0.0.0' }],
  ])('may not be %s', (_what, values) => {
    expect(() => {
      settingsFrom(values);
    }).toThrow(/^announced_address: /);
  });
});
