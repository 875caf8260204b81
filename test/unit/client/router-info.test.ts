import { expect, test } from 'vitest';
import { readRouterInfo } from '../../../src/client/index.ts';

const routerKey = 'A'.repeat(43);
const admission = {
  issuerUrl: 'https://issuer.example/',
  issuerName: 'issuer.example',
  routerName: 'router.example',
  issuerKeys: ['AAAA'],
};

test('a router says its key, and which tokens it asks for, if any', () => {
  expect(readRouterInfo({ version: 1, routerKey })).toEqual({ routerKey, admission: undefined });
  expect(readRouterInfo({ version: 1, routerKey, admission, later: 1 })).toEqual({ routerKey, admission });
});

test.each<[string, unknown, string]>([
  ['another version', { version: 2 }, 'version-unknown'],
  ['no version', { routerKey }, 'router-unreachable'],
  ['no key', { version: 1 }, 'router-unreachable'],
  ['half an admission', { version: 1, routerKey, admission: { issuerUrl: 'https://x' } }, 'router-unreachable'],
  [
    'an issuer elsewhere than on the web',
    { version: 1, routerKey, admission: { ...admission, issuerUrl: 'data:,' } },
    'router-unreachable',
  ],
  ['nothing', undefined, 'router-unreachable'],
])('%s is refused with a code', (_, json, code) => {
  expect(() => readRouterInfo(json)).toThrow(expect.objectContaining({ code }) as Error);
});
