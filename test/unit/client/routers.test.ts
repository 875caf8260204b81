import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { elsewhere, knownRouters } from '../../../src/client/call/routers.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';
import { callId } from '../../support/fake-peer.ts';

const pins = ['a', 'b', 'c', 'd'].map((name) => ({
  url: `https://${name}.example/some/page`,
  routerKey: toBase64Url(new Uint8Array(randomBytes(32))),
}));
const routers = knownRouters(pins);
const [present] = routers;
if (present === undefined) throw new Error('no router');

describe('where a call goes', () => {
  test('is the same for all in it, however their lists are ordered, and never where it is', () => {
    const id = callId();
    const order = elsewhere(id, routers, present).map(({ routerUrl }) => routerUrl);
    expect(order).toHaveLength(3);
    expect(order).not.toContain('https://a.example');
    expect(elsewhere(id, routers.toReversed(), present).map(({ routerUrl }) => routerUrl)).toEqual(order);
  });

  test('keeps its order when another router is left out', () => {
    const id = callId();
    const [first, second, third] = elsewhere(id, routers, present);
    const without = routers.filter((router) => router !== first);
    expect(elsewhere(id, without, present)).toEqual([second, third]);
  });

  test('differs from call to call, so that calls spread', () => {
    const firsts = Array.from({ length: 60 }, () => elsewhere(callId(), routers, present)[0]?.routerUrl);
    for (const { routerUrl } of routers.slice(1))
      expect(firsts.filter((first) => first === routerUrl).length).toBeGreaterThan(5);
  });
});

test('a router of the list whose key is none is refused', () => {
  for (const routerKey of ['', 'AA', `${pins[0]?.routerKey ?? ''}A`, '*'.repeat(43)])
    expect(() => knownRouters([{ url: 'https://a.example', routerKey }])).toThrow('invitation');
});
