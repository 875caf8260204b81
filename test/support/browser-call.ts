import { networkInterfaces } from 'node:os';
import type { Browser } from 'puppeteer-core';
import type { Overrides } from '../../src/server/compose.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import type { Colour } from '../../src/tools/call/harness-api.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { startTestRouter } from './test-router.ts';

/** Small enough for three participants on two busy cores. */
export const picture = { height: 180, framesPerSecond: 15 };

/** Where a browser test plays: a router and the participant page. Everything ends with it. */
export interface Stage extends AsyncDisposable {
  readonly routerUrl: string;
  browser(options?: Parameters<typeof TestBrowser.launch>[0]): Promise<Browser>;
  open(browser: Browser): Promise<ParticipantTab>;
  /** A link to a new call. */
  link(tab: ParticipantTab): Promise<string>;
}

export async function openStage(mediaIp = '127.0.0.1', overrides: Overrides = {}): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  await buildHarness();
  const harness = stack.use(await HarnessServer.start());
  const router = stack.use(await startTestRouter({ mediaIp }, overrides));
  const routerUrl = router.address;
  const routerKey = toBase64Url(router.routerKey);
  return {
    routerUrl,
    browser: async (options = {}) => stack.use(await TestBrowser.launch(options)).browser,
    open: (browser) => ParticipantTab.open(browser, harness.url),
    link: (tab) => tab.do('newLink', { routerUrl, routerKey }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Until `tab` has decoded picture and sound of the participant of this name, and what the picture's middle looks like. */
export async function seesAndHears(tab: ParticipantTab, name: string): Promise<Colour> {
  await tab.until('statistics', [], (streams) => {
    const of = (source: string) => streams.find((stream) => stream.name === name && stream.source === source);
    return (of('camera')?.framesDecoded ?? 0) > 10 && (of('microphone')?.totalAudioEnergy ?? 0) > 0.001;
  });
  const colour = await tab.until('colourOf', [name], (seen) => seen !== undefined);
  return colour ?? [0, 0, 0];
}

/** Firefox sends no media over loopback; the namespace that test/namespace.sh makes has an address that leads nowhere. */
export function addressForFirefox(): string {
  const address = networkInterfaces()['sotto0']?.find(({ family }) => family === 'IPv4')?.address;
  if (address === undefined) throw new Error('Tests with Firefox run in a namespace of their own: npm run test:e2e');
  return address;
}
