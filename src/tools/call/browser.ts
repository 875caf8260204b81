import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';

/** Where the usual packages put a Chromium, most wanted first. */
const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Nothing but the test: no first-run pages, no network of its own, no throttling of tabs that nobody looks at. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream=fps=30',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
];

/** Every question for a device is answered with yes, and one for a screen with a made-up one. */
const answersAll = '--use-fake-ui-for-media-stream';

/** Fake devices without questions, and media over loopback. */
const firefoxPreferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
};

/** What went wrong in words that the tester can act on. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** A browser of its own, with a profile that goes when it is disposed of. */
export class TestBrowser implements AsyncDisposable {
  readonly browser: Browser;
  readonly #profile: string;

  /**
   * `path`: a Chromium (or Firefox) to use instead of the usual ones. `sharedTab`: the title of the tab that whoever asks for a
   * screen gets, really; no question for a device is answered then. Rejects with ToolError when there is no browser.
   */
  static async launch(
    options: { path?: string | undefined; engine?: 'chrome' | 'firefox'; sharedTab?: string } = {},
  ): Promise<TestBrowser> {
    const { engine = 'chrome', sharedTab } = options;
    const answers = sharedTab === undefined ? answersAll : `--auto-select-tab-capture-source-by-title=${sharedTab}`;
    const executablePath = options.path ?? findChromium();
    const profile = await mkdtemp(join(tmpdir(), 'sotto-browser-'));
    try {
      const browser = await puppeteer.launch({
        browser: engine,
        executablePath,
        headless: true,
        userDataDir: profile,
        // Ctrl-C is the tool's own to handle: it closes everything in order.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        ...(engine === 'chrome'
          ? {
              args: [...chromiumFlags, answers],
              // A muted tab is silent in what is shared of it, too.
              ...(sharedTab !== undefined && { ignoreDefaultArgs: ['--mute-audio'] }),
            }
          : { extraPrefsFirefox: firefoxPreferences }),
      });
      return new TestBrowser(browser, profile);
    } catch (error) {
      await rm(profile, { recursive: true, force: true });
      throw new ToolError(`${executablePath} does not start.`, { cause: error });
    }
  }

  private constructor(browser: Browser, profile: string) {
    this.browser = browser;
    this.#profile = profile;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close().catch(() => this.browser.process()?.kill('SIGKILL'));
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function findChromium(): string {
  const found = usualPaths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found !== undefined) return found;
  throw new ToolError(
    'No Chromium found. Install one (Debian: apt-get install chromium) or name it with --browser PATH.',
  );
}
