import { expect, test } from 'vitest';
import { CallError, nearest, type ProbedRouter } from '../../../src/client/index.ts';
import { startOnFirst } from '../../../src/client/regions/start.ts';
import type { CallErrorCode } from '../../../src/client/call/types.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';

const listed = (region: string) => ({
  region,
  url: `https://${region}.example`,
  routerKey: toBase64Url(new Uint8Array(32).fill(region.charCodeAt(0))),
});
const at = (region: string, roundTripMs: number, standing: 'ready' | 'draining' | 'busy' = 'ready'): ProbedRouter => ({
  ...listed(region),
  standing,
  roundTripMs,
});
const order = (...probed: ProbedRouter[]): string =>
  nearest(probed)
    .map(({ region }) => region)
    .join('');

test('routers are ordered by how far they are, and those that start no calls are left out', () => {
  expect(order(at('a', 90), at('b', 10), at('c', 40))).toBe('bca');
  expect(order(at('a', 1, 'draining'), at('b', 90), at('c', 2, 'busy'), at('d', 50))).toBe('db');
  expect(order({ ...listed('a'), standing: 'wrong-key' }, { ...listed('b'), standing: 'unreachable' })).toBe('');
});

test('of routers that are as near as can be told apart the first of the list is taken', () => {
  expect(order(at('a', 12), at('b', 10), at('c', 11))).toBe('abc');
  expect(order(at('a', 13.1), at('b', 10))).toBe('ba');
  expect(order(at('a', 108), at('b', 100))).toBe('ab');
  expect(order(at('a', 111), at('b', 100))).toBe('ba');
  // Each is compared with the nearest that is left, so that small steps do not add up.
  expect(order(at('a', 16), at('b', 13), at('c', 10))).toBe('bca');
});

/** Starts on routers a, b, c, of which some fail. */
async function start(failing: Readonly<Record<string, CallErrorCode>>): Promise<string> {
  const tried: string[] = [];
  const keys = new Set<string>();
  try {
    const { joined, invitation } = await startOnFirst(['a', 'b', 'c'].map(listed), async (to) => {
      const region = new URL(to.routerUrl).hostname.charAt(0);
      tried.push(region);
      keys.add((await to.callId).key);
      const code = failing[region];
      if (code !== undefined) throw new CallError(code);
      return region;
    });
    expect(invitation.routerUrl).toBe(`https://${joined}.example`);
    return tried.join('');
  } catch (error) {
    return `${tried.join('')} ${error instanceof CallError ? error.code : ''}`;
  } finally {
    expect(keys.size).toBe(tried.length); // each try is a call of its own
  }
}

test('a call starts on the first router that lets us, and on the next one when it does not', async () => {
  expect(await start({})).toBe('a');
  expect(await start({ a: 'router-unreachable' })).toBe('ab');
  expect(await start({ a: 'router-full', b: 'router-not-pinned' })).toBe('abc');
  expect(await start({ a: 'router-full', b: 'router-full', c: 'router-unreachable' })).toBe('abc router-unreachable');
});

test('what no other router can mend ends the start', async () => {
  expect(await start({ a: 'aborted' })).toBe('a aborted');
  expect(await start({ a: 'browser-cannot-encrypt' })).toBe('a browser-cannot-encrypt');
  await expect(startOnFirst([], () => Promise.resolve())).rejects.toMatchObject({ code: 'router-unreachable' });
});
