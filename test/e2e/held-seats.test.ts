import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { openStage, picture, seesAndHears } from '../support/browser-call.ts';
import { CuttableLink } from '../support/cuttable-link.ts';

/** How often pictures are counted, in ms, and how long they may stand still on two busy cores. */
const lookMs = 200;
const stillMs = 1_000;

/** Two in a call, the second over a link that can be cut. */
async function stage() {
  const stack = new AsyncDisposableStack();
  const call = stack.use(await openStage());
  const link = stack.use(await CuttableLink.to(call.routerUrl));
  const browser = await call.browser();
  const [steady, cut] = await Promise.all([call.open(browser), call.open(browser)]);
  const invitation = await call.link(steady);
  await steady.do('join', { link: invitation, routerUrl: call.routerUrl, ...picture, number: 1 });
  await cut.do('join', { link: invitation, routerUrl: link.url, ...picture, number: 2 });
  await Promise.all([seesAndHears(steady, '2'), seesAndHears(cut, '1')]);
  await steady.until('code', [], (digits) => digits !== undefined);
  return { call, link, browser, steady, cut, invitation, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function camera(streams: readonly HarnessStream[], name: string): HarnessStream | undefined {
  return streams.find((stream) => stream.name === name && stream.source === 'camera');
}

/** Watches what `tab` has of `name` until `done`: the longest time in which no picture came, in ms, and how many people it saw. */
async function watch(tab: ParticipantTab, name: string, done: () => boolean) {
  const seen = { longestMs: 0, people: new Set<number>(), undecryptable: 0, decoded: 0 };
  const first = camera(await tab.do('statistics'), name);
  let last = { frames: first?.framesDecoded ?? 0, atMs: performance.now() };
  while (!done()) {
    await wait(lookMs);
    const [streams, people] = await Promise.all([tab.do('statistics'), tab.do('people')]);
    const now = camera(streams, name);
    seen.people.add(people.length);
    seen.undecryptable = (now?.undecryptable ?? 0) - (first?.undecryptable ?? 0);
    seen.decoded = (now?.framesDecoded ?? 0) - (first?.framesDecoded ?? 0);
    const atMs = performance.now();
    seen.longestMs = Math.max(seen.longestMs, atMs - last.atMs);
    if (now !== undefined && now.framesDecoded > last.frames) last = { frames: now.framesDecoded, atMs };
  }
  return seen;
}

/** Until `tab` has decoded so many more pictures of `name`. */
async function decodes(tab: ParticipantTab, name: string, pictures: number): Promise<void> {
  const before = camera(await tab.do('statistics'), name)?.framesDecoded ?? 0;
  await tab.until('statistics', [], (streams) => (camera(streams, name)?.framesDecoded ?? 0) >= before + pictures);
}

describe('a participant whose connection to the router is cut', () => {
  test.each([0, 75])(
    'for as long as %i pictures take is the same one afterwards, and they went on both ways',
    async (pictures) => {
      await using on = await stage();
      const code = await on.steady.do('code');
      let done = false;
      const watching = Promise.all([watch(on.steady, '2', () => done), watch(on.cut, '1', () => done)]);
      on.link.cut();
      await on.cut.until('phase', [], ({ phase }) => phase === 'reconnecting');
      await decodes(on.steady, '2', pictures);
      on.link.mend();
      await on.cut.until('phase', [], ({ phase }) => phase === 'connected');
      await decodes(on.steady, '2', 90); // 6 s: a roster of each side's has gone round since
      done = true;
      const seen = await watching;
      for (const { longestMs, people, undecryptable, decoded } of seen) {
        expect(longestMs).toBeLessThan(stillMs);
        expect([...people]).toEqual([1]);
        expect(undecryptable).toBe(0);
        expect(decoded).toBeGreaterThan(60);
      }
      // Made of everybody's ids and keys: the same digits are the same participants.
      expect(await on.steady.do('code')).toBe(code);
      expect(await on.cut.do('code')).toBe(code);
    },
  );

  test('for longer than its seat is held comes back as another', async () => {
    await using on = await stage();
    const code = await on.steady.do('code');
    on.link.cut();
    await on.steady.until('people', [], (people) => people.length === 0);
    await on.cut.until('phase', [], ({ phase }) => phase === 'connecting');
    on.link.mend();
    await on.cut.until('phase', [], ({ phase }) => phase === 'connected');
    await on.steady.until('code', [], (digits) => digits !== undefined && digits !== code);
    await Promise.all([seesAndHears(on.steady, '2'), seesAndHears(on.cut, '1')]);
    expect(await on.steady.do('people')).toHaveLength(1);
  });

  test('while somebody joins, whom it could not hear, gets on with both of them', async () => {
    await using on = await stage();
    on.link.cut();
    await on.cut.until('phase', [], ({ phase }) => phase === 'reconnecting');
    const third = await on.call.open(on.browser);
    await third.do('join', { link: on.invitation, routerUrl: on.call.routerUrl, ...picture, number: 3 });
    on.link.mend();
    await Promise.all([seesAndHears(third, '2'), seesAndHears(on.cut, '3'), seesAndHears(on.cut, '1')]);
    await on.steady.until('people', [], (people) => people.length === 2);
    await on.steady.until('code', [], (digits) => digits !== undefined);
    expect(await third.until('code', [], (digits) => digits !== undefined)).toBe(await on.steady.do('code'));
  });
});

test('a tab that dies is gone for the others when its seat has been held for 10 s', async () => {
  await using on = await stage();
  const fromMs = performance.now();
  const session = await on.cut.page.createCDPSession();
  session.send('Page.crash').catch(() => undefined); // nobody is left to answer
  await on.steady.until('people', [], (people) => people.length === 0, 20_000);
  expect(performance.now() - fromMs).toBeGreaterThan(9_000);
  expect(performance.now() - fromMs).toBeLessThan(14_000);
});
