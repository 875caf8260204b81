import { expect, test } from 'vitest';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { openStage, picture, seesAndHears } from '../support/browser-call.ts';
import { startTestRouter } from '../support/test-router.ts';

/** How long before its end the router says so, in ms; a move takes 6 s at most. */
const drainMs = 15_000;

test('a call whose router is about to stop moves to the next one before it does, and nobody sees or hears anything of it', async () => {
  await using call = await openStage();
  await using before = await startTestRouter();
  await using after = await startTestRouter();
  const routers = [before, after].map(({ address, routerKey }) => ({
    url: address,
    routerKey: toBase64Url(routerKey),
  }));
  const browser = await call.browser();
  const [first, second] = [await call.open(browser), await call.open(browser)];
  const where = { routerUrl: before.address, routerKey: toBase64Url(before.routerKey) };
  const link = await first.do('newLink', where);
  const join = { link, routerUrl: before.address, routers, ...picture };
  await first.do('join', { ...join, number: 1 });
  await second.do('join', { ...join, number: 2 });
  await Promise.all([seesAndHears(first, '2'), seesAndHears(second, '1')]);
  const code = await first.until('code', [], (digits) => digits !== undefined);
  for (const tab of [first, second]) await tab.do('watchGaps');

  const fromMs = performance.now();
  const drained = before.drain(drainMs);
  await first.until('phase', [], ({ phase }) => phase === 'moving');
  await drained;
  expect(performance.now() - fromMs).toBeLessThan(drainMs + 5_000);
  for (const tab of [first, second]) {
    await tab.until('phase', [], ({ phase, media }) => phase === 'connected' && media === 'flowing');
    await tab.until('gaps', [], (gaps) => gaps.length === 2 && gaps.every(({ silentMs }) => silentMs < 500));
    for (const { longestMs, lastUndecryptableAtMs } of await tab.do('gaps')) {
      expect(longestMs).toBeLessThan(1_000); // no gap: two busy cores
      expect(lastUndecryptableAtMs).toBeUndefined();
    }
    expect(await tab.do('people')).toHaveLength(1);
    expect(await tab.until('code', [], (digits) => digits !== undefined)).toBe(code);
  }
});
