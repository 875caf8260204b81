import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { LyingMedia } from './lying-media.ts';
import { startTestRouter } from './test-router.ts';

/** A router whose media a test watches and changes, and a browser full of participants. */
export class MediaBench implements AsyncDisposable {
  readonly media: LyingMedia;
  readonly router: Router;
  readonly browser: TestBrowser;
  readonly link: string;
  readonly #harness: HarnessServer;
  readonly #first: ParticipantTab;
  readonly #stack: AsyncDisposableStack;
  #joined = 0;

  static async start(): Promise<MediaBench> {
    await using stack = new AsyncDisposableStack();
    const media = new LyingMedia();
    const router = stack.use(await startTestRouter({}, { wrapMedia: media.wrap }));
    await buildHarness();
    const harness = stack.use(await HarnessServer.start());
    const browser = stack.use(await TestBrowser.launch());
    const first = await ParticipantTab.open(browser.browser, harness.url);
    const routerKey = toBase64Url(router.routerKey);
    const link = await first.do('newLink', { routerUrl: router.address, routerKey });
    return new MediaBench({ media, router, browser, link, harness, first, stack: stack.move() });
  }

  private constructor(parts: {
    media: LyingMedia;
    router: Router;
    browser: TestBrowser;
    link: string;
    harness: HarnessServer;
    first: ParticipantTab;
    stack: AsyncDisposableStack;
  }) {
    this.media = parts.media;
    this.router = parts.router;
    this.browser = parts.browser;
    this.link = parts.link;
    this.#harness = parts.harness;
    this.#first = parts.first;
    this.#stack = parts.stack;
  }

  /** Opens the next participant's tab (numbered from 1), without joining. */
  async openTab(): Promise<ParticipantTab> {
    return this.#joined === 0 ? this.#first : ParticipantTab.open(this.browser.browser, this.#harness.url);
  }

  /** The next participant joins in a tab of its own, with a small picture. */
  async join(): Promise<ParticipantTab> {
    const tab = await this.openTab();
    this.#joined += 1;
    const { link, router } = this;
    await tab.do('join', { link, routerUrl: router.address, number: this.#joined, height: 180, framesPerSecond: 15 });
    return tab;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

/** How many camera frames a tab has decoded of the participant of this name. */
export async function decoded(tab: ParticipantTab, name: string, source = 'camera'): Promise<number> {
  const streams = await tab.do('statistics');
  return streams.find((stream) => stream.name === name && stream.source === source)?.framesDecoded ?? 0;
}
