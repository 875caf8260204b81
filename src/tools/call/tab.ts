import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer-core';
import type { Harness } from './harness-api.ts';

/** Between two looks at a page, in ms: it has to get on meanwhile. */
const betweenLooksMs = 100;

type Method = keyof Harness;

type PortFor = (address: string, port: number) => Promise<number>;

/** One participant page in one tab. */
export class ParticipantTab implements AsyncDisposable {
  /** What the page complained of: uncaught errors and failed loads. Empty when all is well. */
  readonly complaints: string[] = [];
  readonly page: Page;

  /** `portFor`: sends the tab's media to a port of this machine in place of an address of the router's. */
  static async open(browser: Browser, url: string, portFor?: PortFor): Promise<ParticipantTab> {
    // A window of its own: of the tabs in one, only the last is looked at, and the others receive no pictures.
    const page = await browser.newPage({ type: 'window' });
    const tab = new ParticipantTab(page);
    if (portFor !== undefined) await page.exposeFunction('sottoPortFor', portFor);
    await page.goto(url);
    await tab.#ready();
    return tab;
  }

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Loads the page anew: whatever it was in, it is in no more. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  /** Calls a function of the page's harness. Rejects with what it threw. */
  async do<M extends Method>(method: M, ...args: Parameters<Harness[M]>): Promise<Awaited<ReturnType<Harness[M]>>> {
    const result: unknown = await this.page.evaluate(
      (name, given) => {
        const { sotto } = globalThis as unknown as { sotto: Record<string, (...args: unknown[]) => unknown> };
        return sotto[name]?.(...given);
      },
      method,
      args,
    );
    return result as Awaited<ReturnType<Harness[M]>>;
  }

  /** Asks again and again until `good` says yes; rejects after `timeoutMs` with the last answer in words. */
  async until<M extends Method>(
    method: M,
    args: Parameters<Harness[M]>,
    good: (answer: Awaited<ReturnType<Harness[M]>>) => boolean,
    timeoutMs = 15_000,
  ): Promise<Awaited<ReturnType<Harness[M]>>> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const answer = await this.do(method, ...args);
      if (good(answer)) return answer;
      if (performance.now() > deadline) throw new Error(`${method} never came true: ${JSON.stringify(answer)}`);
      await wait(betweenLooksMs);
    }
  }

  async #ready(): Promise<void> {
    await this.page.waitForFunction('globalThis.sotto !== undefined');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close().catch(() => undefined); // the browser went first
  }
}
