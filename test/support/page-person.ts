import type { BrowserContext, CDPSession, Page } from 'puppeteer-core';
import type { TestBrowser } from '../../src/tools/call/browser.ts';

/** Somebody at the call page, in a browser profile of their own, with a fake camera and microphone. Watches what the page does. */
export class Person implements AsyncDisposable {
  readonly page: Page;
  /** What the page's policy forbade. */
  readonly violations: string[] = [];
  /** Origins that anything was asked of: files, requests, WebSockets. */
  readonly origins = new Set<string>();
  /** Errors that nobody caught. */
  readonly errors: string[] = [];
  readonly #context: BrowserContext;

  static async at(url: string, browser: TestBrowser): Promise<Person> {
    const context = await browser.browser.createBrowserContext();
    const { origin } = new URL(url);
    for (const name of ['clipboard-read', 'clipboard-write'])
      await context.setPermission(origin, { permission: { name }, state: 'granted' });
    const person = new Person(await context.newPage(), context);
    await person.#watch(await person.page.createCDPSession());
    await person.page.setViewport({ width: 1280, height: 800 });
    await person.page.goto(url);
    return person;
  }

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
  }

  /** Waits for a button with this accessible name, and presses it. */
  async press(name: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  /** From the lobby into the call, with camera and microphone. */
  async join(name: string): Promise<void> {
    await this.press('Turn on');
    await this.page.waitForSelector('.preview video');
    await this.page.type('#name', name);
    await this.press('Join');
    await this.page.waitForSelector('.bar');
  }

  /** Moves the focus with Tab until it is on what has this name; fails after going round. */
  async tabTo(name: string): Promise<void> {
    for (let steps = 0; steps < 40; steps += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.page.evaluate(() => {
        const element = document.activeElement;
        return element?.ariaLabel ?? (element instanceof HTMLInputElement ? element.labels?.[0] : element)?.textContent;
      });
      if (focused?.trim() === name) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  }

  /** Waits until the picture on the tile of `name` has changed, pixel by pixel. */
  async seesMoving(name: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted: string) => {
        const tile = [...document.querySelectorAll('.tile')].find(
          (one) => one.querySelector('h2')?.textContent === wanted,
        );
        const video = tile?.querySelector<HTMLVideoElement>('video:not(.unseen)');
        if (video === null || video === undefined || video.videoWidth === 0) return false;
        const canvas = new OffscreenCanvas(64, 36);
        const context = canvas.getContext('2d');
        context?.drawImage(video, 0, 0, 64, 36);
        const pixels = context?.getImageData(0, 0, 64, 36).data.join() ?? '';
        video.dataset['first'] ??= pixels;
        return video.dataset['first'] !== pixels;
      },
      { polling: 200 },
      name,
    );
  }

  /** Waits until the tiles are those of exactly these people. */
  async seesExactly(...names: readonly string[]): Promise<void> {
    await this.page.waitForFunction(
      (wanted: string) =>
        [...document.querySelectorAll('.tile h2')]
          .map((heading) => heading.textContent)
          .sort()
          .join() === wanted,
      { polling: 100 },
      [...names].sort().join(),
    );
  }

  async text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent);
  }

  /** Everything that this origin keeps in this browser, by name. */
  async stored(): Promise<readonly string[]> {
    return this.page.evaluate(async () => [
      ...Object.keys(sessionStorage),
      ...Object.keys(localStorage),
      ...(await indexedDB.databases()).map(({ name }) => name ?? ''),
      ...(await caches.keys()),
      ...(document.cookie === '' ? [] : ['cookie']),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  async #watch(session: CDPSession): Promise<void> {
    const asked = (url: string): void => {
      this.origins.add(new URL(url).origin.replace(/^ws/u, 'http'));
    };
    session.on('Audits.issueAdded', ({ issue }) => {
      const violation = issue.details.contentSecurityPolicyIssueDetails;
      if (violation !== undefined) this.violations.push(violation.violatedDirective);
    });
    session.on('Network.webSocketCreated', ({ url }) => {
      asked(url);
    });
    this.page.on('request', (request) => {
      asked(request.url());
    });
    this.page.on('pageerror', (error) => {
      this.errors.push(String(error));
    });
    await session.send('Audits.enable');
    await session.send('Network.enable');
  }
}
