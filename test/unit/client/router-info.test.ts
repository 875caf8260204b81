import { expect, test } from 'vitest';
import { readRouterInfo } from '../../../src/client/index.ts';

const routerKey = 'A'.repeat(43);
const admission = {
  issuerUrl: 'https://issuer.example/',
  issuerName: 'issuer.example',
  routerName: 'router.example',
  issuerKeys: ['AAAA'],
};

const nothing = { admission: undefined, region: undefined, regionsKey: undefined };

test('a router says its key, which tokens it asks for, its region, and who signs its list of routers, if any', () => {
  expect(readRouterInfo({ version: 1, routerKey })).toEqual({ routerKey, ...nothing });
  expect(readRouterInfo({ version: 1, routerKey, admission, later: 1 })).toEqual({
    routerKey,
    ...nothing,
    admission,
  });
  expect(readRouterInfo({ version: 1, routerKey, region: 'paris', regionsKey: 'B' })).toEqual({
    routerKey,
    ...nothing,
    region: 'paris',
    regionsKey: 'B',
  });
});

test.each<[string, unknown, string]>([
  ['another version', { version: 2 }, 'version-unknown'],
  ['no version', { routerKey }, 'router-unreachable'],
  ['a region that is none', { version: 1, routerKey, region: 'A place' }, 'router-unreachable'],
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
