import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { CallError, readRegions } from '../../../src/client/index.ts';
import { openRegionList, signRegionList, type RegionList } from '../../../src/shared/regions/region-list.ts';
import { toBase64Url, toHex, toUtf8 } from '../../../src/shared/support/bytes.ts';
import { lowOrderKeys } from '../server/low-order-keys.ts';

const secretKey = new Uint8Array(32).fill(7);
const publicKey = ed25519.getPublicKey(secretKey);
const key = (fill: number): string => toBase64Url(new Uint8Array(32).fill(fill));

const expires = 1_800_000_000;
const nowMs = (expires - 1) * 1_000;
const [first, second] = [
  { region: 'frankfurt', url: 'https://fra.calls.example', routerKey: key(1) },
  { region: 'paris', url: 'https://paris.calls.example:7880', routerKey: key(2) },
];
const list: RegionList = { expires, routers: [first, second] };
const signed = signRegionList(list, secretKey);

type File = RegionList & { version: number; signature: string };

/** The signed file after a change to what it says. */
function changed(change: (file: File) => unknown): string {
  return JSON.stringify(change(JSON.parse(signed) as File));
}
const open = (text: string): RegionList => openRegionList(text, publicKey, nowMs);

describe('a list of routers', () => {
  test('is what its operator signed, in that order, until it expires', () => {
    expect(open(signed)).toEqual(list);
    expect(() => openRegionList(signed, publicKey, expires * 1_000)).toThrow('list-expired');
  });

  test('is signed over the bytes that the protocol says', () => {
    const text = (of: string): string => toHex(Uint8Array.of(of.length)) + toHex(toUtf8(of));
    const message = [
      toHex(toUtf8('sotto/1 regions')),
      '00d2496b00000000',
      '02',
      ...[first, second].map((one, index) => text(one.region) + text(one.url) + `0${index + 1}`.repeat(32)),
    ].join('');
    const { signature } = JSON.parse(signed) as File;
    expect(signature).toBe(toBase64Url(new Uint8Array(ed25519.sign(Buffer.from(message, 'hex'), secretKey))));
  });

  test.each<[string, (file: File) => unknown]>([
    ['a later end', (file) => ({ ...file, expires: expires + 1 })],
    ['a router less', (file) => ({ ...file, routers: [first] })],
    [
      'a router more',
      (file) => ({ ...file, routers: [first, second, { ...first, url: 'https://x.example', routerKey: key(3) }] }),
    ],
    ['another order', (file) => ({ ...file, routers: [second, first] })],
    ['another region', (file) => ({ ...file, routers: [{ ...first, region: 'berlin' }, second] })],
    ['another address', (file) => ({ ...file, routers: [{ ...first, url: 'https://fra.evil.example' }, second] })],
    ['another router key', (file) => ({ ...file, routers: [{ ...first, routerKey: key(3) }, second] })],
    ['another signature', (file) => ({ ...file, signature: key(1) + key(1) })],
    [
      'a signature of another list',
      (file) => ({
        ...file,
        signature: (JSON.parse(signRegionList({ expires, routers: [second] }, secretKey)) as File).signature,
      }),
    ],
  ])('with %s is not believed', (_, change) => {
    expect(() => open(changed(change))).toThrow(/list-(not-signed|malformed)/);
  });

  test('is not believed under another key, or one for which anybody could sign', () => {
    const other = ed25519.getPublicKey(new Uint8Array(32).fill(8));
    for (const no of [other, new Uint8Array(32), new Uint8Array(31), ...lowOrderKeys.map(([, bytes]) => bytes)])
      expect(() => openRegionList(signed, no, nowMs)).toThrow('list-not-signed');
  });

  test.each<[string, (file: File) => unknown]>([
    ['of another version', (file) => ({ ...file, version: 2 })],
    ['with more in it', (file) => ({ ...file, more: 1 })],
    ['with more in a router', (file) => ({ ...file, routers: [{ ...first, more: 1 }, second] })],
    ['without an end', ({ expires: _, ...file }) => file],
    ['without routers', (file) => ({ ...file, routers: [] })],
    [
      'of 65 routers',
      (file) => ({
        ...file,
        routers: Array.from({ length: 65 }, (_, index) => ({
          ...first,
          url: `https://r${index}.example`,
          routerKey: key(index),
        })),
      }),
    ],
    ['with the same address twice', (file) => ({ ...file, routers: [first, { ...second, url: first.url }] })],
    ['with the same key twice', (file) => ({ ...file, routers: [first, { ...second, routerKey: first.routerKey }] })],
    ['with a long address', (file) => ({ ...file, routers: [{ ...first, url: `https://${'a'.repeat(93)}` }] })],
    ['with a key that X25519 has not', (file) => ({ ...file, routers: [{ ...first, routerKey: key(255) }] })],
    ['with a short signature', (file) => ({ ...file, signature: key(1) })],
    ['that is an array', (file) => [file]],
    ['that is null', () => null],
  ])('%s is none', (_, change) => {
    expect(() => open(changed(change))).toThrow('list-malformed');
  });

  test.each([
    'http://fra.calls.example',
    'https://fra.calls.example/',
    'https://fra.calls.example/x',
    'https://FRA.calls.example',
    'https://fra.calls.example:443',
    'https://user@fra.calls.example',
    'wss://fra.calls.example',
    'https://',
    'fra.calls.example',
    "https://fra.example; script-src 'unsafe-inline'",
    'javascript:alert(1)',
  ])('with %s for an address is none', (url) => {
    expect(() => open(changed((file) => ({ ...file, routers: [{ ...first, url }] })))).toThrow('list-malformed');
  });

  test.each(['', 'Frankfurt', 'a b', '-a', 'a-', 'ä', 'a'.repeat(33), '<b>'])('with a region %j is none', (region) => {
    expect(() => open(changed((file) => ({ ...file, routers: [{ ...first, region }] })))).toThrow('list-malformed');
  });

  test.each(['', '{', signed + ' '.repeat(32_768), 'null', '[]'])('is not any text: %#', (text) => {
    expect(() => open(text)).toThrow('list-malformed');
  });

  test('of 64 routers with the longest names fits its file and the policy of a page', () => {
    const routers = Array.from({ length: 64 }, (_, index) => ({
      region: 'r'.repeat(32),
      url: `https://${`${index}`.padStart(57, 'a')}.${'b'.repeat(29)}.com`.padEnd(98, 'm'),
      routerKey: key(index),
    }));
    const most = signRegionList({ expires, routers }, secretKey);
    expect(open(most).routers).toHaveLength(64);
    expect(routers.map(({ url }) => url).join(' ').length).toBeLessThan(8_192);
  });
});

test('applications are told why a list is not used', () => {
  const regionsKey = toBase64Url(new Uint8Array(publicKey));
  expect(readRegions(signed, regionsKey, nowMs)).toEqual([first, second]);
  const codeOf = (attempt: () => unknown): string => {
    try {
      attempt();
    } catch (error) {
      if (error instanceof CallError) return error.code;
    }
    return 'none';
  };
  expect(codeOf(() => readRegions(signed, regionsKey, nowMs + 2_000))).toBe('regions-expired');
  expect(codeOf(() => readRegions(signed, key(1), nowMs))).toBe('regions-refused');
  expect(codeOf(() => readRegions(signed, 'no key', nowMs))).toBe('regions-refused');
  expect(codeOf(() => readRegions('<!doctype html>', regionsKey, nowMs))).toBe('regions-refused');
});
