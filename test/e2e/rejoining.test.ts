import { expect, test } from 'vitest';
import { nearestColour } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { openStage, picture, seesAndHears } from '../support/browser-call.ts';

/** Lets the test reach the sockets and workers that the page is going to make. */
async function keepHold(tab: ParticipantTab): Promise<void> {
  await tab.page.evaluate(() => {
    const held: { workers: Worker[]; sockets: WebSocket[] } = { workers: [], sockets: [] };
    const { Worker: PlainWorker, WebSocket: PlainSocket } = globalThis;
    Object.assign(globalThis, {
      held,
      Worker: class extends PlainWorker {
        constructor(...args: ConstructorParameters<typeof PlainWorker>) {
          super(...args);
          held.workers.push(this);
        }
      },
      WebSocket: class extends PlainSocket {
        constructor(...args: ConstructorParameters<typeof PlainSocket>) {
          super(...args);
          held.sockets.push(this);
        }
      },
    });
  });
}

const breakages = {
  'whose socket the router ends for nonsense': (tab: ParticipantTab) =>
    tab.page.evaluate(() => {
      (globalThis as unknown as { held: { sockets: WebSocket[] } }).held.sockets.at(-1)?.send('nonsense');
    }),
  'whose encryption worker dies': (tab: ParticipantTab) =>
    tab.page.evaluate(() => {
      (globalThis as unknown as { held: { workers: Worker[] } }).held.workers.at(-1)?.dispatchEvent(new Event('error'));
    }),
} as const;

test.each(Object.entries(breakages))(
  'a participant %s comes back by itself, as a new one with new keys',
  async (_, breakIt) => {
    await using call = await openStage();
    const browser = await call.browser();
    const [steady, broken] = await Promise.all([call.open(browser), call.open(browser)]);
    await keepHold(broken);
    const link = await call.link(steady);
    const join = { link, routerUrl: call.routerUrl, ...picture };
    await steady.do('join', { ...join, number: 1 });
    await broken.do('join', { ...join, number: 2 });
    await seesAndHears(steady, '2');
    await seesAndHears(broken, '1');
    const code = await steady.until('code', [], (digits) => digits !== undefined);

    await breakIt(broken);
    await broken.until('phase', [], ({ phase }) => phase === 'connecting');
    await broken.until('phase', [], ({ phase }) => phase === 'connected');
    await steady.until('code', [], (digits) => digits !== undefined && digits !== code);
    expect(await steady.do('people')).toHaveLength(1);
    expect(nearestColour(await seesAndHears(steady, '2'), 2)).toBe(2);
    expect(nearestColour(await seesAndHears(broken, '1'), 2)).toBe(1);
  },
);

test('a participant whose page goes away is gone for the others at once', async () => {
  await using call = await openStage();
  const browser = await call.browser();
  const [steady, going] = await Promise.all([call.open(browser), call.open(browser)]);
  const link = await call.link(steady);
  const join = { link, routerUrl: call.routerUrl, ...picture };
  await steady.do('join', { ...join, number: 1 });
  await going.do('join', { ...join, number: 2 });
  await steady.until('people', [], (people) => people.some(({ name }) => name === '2'));
  await going.page.goto('about:blank');
  await steady.until('people', [], (people) => people.length === 0, 2_000);
});
