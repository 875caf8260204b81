import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import type { HarnessJoin } from '../../src/tools/call/harness-api.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { CipherWatch, recordWorkers } from './browser-cipher.ts';
import { LyingMedia } from './lying-media.ts';
import { encodeAlways, withScript } from './page-scripts.ts';
import { startTestRouter } from './test-router.ts';

/**
 * A router whose media a test watches and changes, and a browser full of participants. At its end it rejects if any two
 * frames of theirs were sealed under one (key, nonce) pair.
 */
export class MediaBench implements AsyncDisposable {
  readonly media: LyingMedia;
  readonly router: Router;
  readonly browser: TestBrowser;
  readonly link: string;
  readonly #harness: HarnessServer;
  readonly cipher: CipherWatch;
  readonly #stack: AsyncDisposableStack;
  #joined = 0;

  static async start(): Promise<MediaBench> {
    await using stack = new AsyncDisposableStack();
    const media = new LyingMedia();
    const router = stack.use(await startTestRouter({}, { wrapMedia: media.wrap }));
    await buildHarness();
    const harness = stack.use(await HarnessServer.start());
    const browser = stack.use(await TestBrowser.launch());
    const idle = await ParticipantTab.open(browser.browser, harness.url);
    const cipher = await CipherWatch.start(idle.page);
    const routerKey = toBase64Url(router.routerKey);
    const link = await idle.do('newLink', { routerUrl: router.address, routerKey });
    return new MediaBench({ media, router, browser, link, harness, cipher, stack: stack.move() });
  }

  private constructor(parts: {
    media: LyingMedia;
    router: Router;
    browser: TestBrowser;
    link: string;
    harness: HarnessServer;
    cipher: CipherWatch;
    stack: AsyncDisposableStack;
  }) {
    this.media = parts.media;
    this.router = parts.router;
    this.browser = parts.browser;
    this.link = parts.link;
    this.#harness = parts.harness;
    this.cipher = parts.cipher;
    this.#stack = parts.stack;
  }

  /** Opens a tab without joining. `script` runs before the page's own code. */
  async openTab(script?: () => void): Promise<ParticipantTab> {
    const tab = await ParticipantTab.open(this.browser.browser, this.#harness.url);
    if (script !== undefined) await tab.page.evaluateOnNewDocument(script);
    await tab.page.evaluateOnNewDocument(encodeAlways);
    await withScript(tab, recordWorkers);
    return tab;
  }

  /**
   * The next participant (named by its number, from 1) joins, in `tab` or one of its own, with a small picture in VP8 unless
   * `height` or `videoCodecs` say so.
   */
  async join(
    tab?: ParticipantTab,
    { height = 180, videoCodecs = ['vp8'] }: Pick<Partial<HarnessJoin>, 'height' | 'videoCodecs'> = {},
  ): Promise<ParticipantTab> {
    const own = tab ?? (await this.openTab());
    this.#joined += 1;
    const { link, router } = this;
    const number = this.#joined;
    await own.do('join', { link, routerUrl: router.address, number, height, framesPerSecond: 15, videoCodecs });
    return own;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
    if (this.cipher.repeats > 0) throw new Error(`${this.cipher.repeats} (key, nonce) pairs came twice`);
  }
}
