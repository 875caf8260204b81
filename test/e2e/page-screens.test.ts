import axe from 'axe-core';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { PlayedPage } from '../support/page-played.ts';

/** Every screen of the page, with a played SDK, against what axe can tell of WCAG 2.1 A and AA. */
const resources = new AsyncDisposableStack();
let played: PlayedPage;
let browser: TestBrowser;

beforeAll(async () => {
  played = resources.use(await PlayedPage.start());
  browser = resources.use(await TestBrowser.launch());
});
afterAll(() => resources.disposeAsync());

type Step = (page: Page) => Promise<unknown>;

const press =
  (selector: string, then: string): Step =>
  async (page) => {
    await page.locator(selector).click();
    await page.waitForSelector(then);
  };
const start = press('.landing .primary', '.lobby');
const turnOn = press('.preview-empty .button', '.preview video');
const join: Step = async (page) => {
  await page.type('#name', 'Lea Brandt');
  await page.click('.lobby-panel .primary');
  await page.waitForSelector('.lobby', { hidden: true });
};
const inCall: readonly Step[] = [start, join];
const share = press('[aria-label="Share screen"]', '.own-share');
const pin: Step = async (page) => {
  await page.focus('.tile-pin[tabindex="0"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.tile-pin.is-pinned');
};

const screens: Readonly<Record<string, readonly [address: string, ...steps: readonly Step[]]>> = {
  landing: [''],
  'landing with routers to choose from': ['?routers=three', (page) => page.waitForSelector('#where')],
  'landing with a router chosen': [
    '?routers=three',
    (page) => page.waitForSelector('#where'),
    (page) => page.select('#where', 'https://paris.calls.example'),
    (page) => page.waitForSelector('.where .check'),
  ],
  'landing with routers in every state': ['?routers=odd', (page) => page.waitForSelector('#where')],
  'landing with a list that is refused': ['?routers=refused', (page) => page.waitForSelector('.where')],
  'what it can see': ['', press('.landing-foot .link', 'dialog')],
  'a refused paste': [
    '',
    (page) => page.type('#paste', 'no link'),
    press('.paste .button:not(:disabled)', '.field-error:not(:empty)'),
  ],
  lobby: ['', start],
  'lobby with devices': ['', start, turnOn],
  'lobby of a call of three': ['?inside=3', press('.landing .primary', '.inside:not(:empty)')],
  'lobby of a full call': ['?inside=40&full=1', press('.landing .primary', '.inside:not(:empty)')],
  'lobby where a look costs a pass': ['?costly=1&inside=3', press('.landing .primary', '.inside-ask')],
  'lobby after a look for a pass': [
    '?costly=1&inside=3',
    press('.landing .primary', '.inside-ask'),
    press('.inside-ask', '.inside:not(:empty)'),
  ],
  'lobby that wants an access code': ['?code=1', press('.landing .primary', '#access-code')],
  'lobby after a wrong access code': [
    '?code=1',
    press('.landing .primary', '#access-code'),
    (page) => page.type('#access-code', 'wrong\n'),
    (page) => page.waitForSelector('[aria-invalid=true]'),
  ],
  'lobby after the right access code': [
    '?code=1',
    press('.landing .primary', '#access-code'),
    (page) => page.type('#access-code', 'letmein\n'),
    (page) => page.waitForSelector('#access-code[readonly]'),
  ],
  connecting: ['?hang=1', ...inCall],
  alone: ['', start, turnOn, join],
  'a call of two': ['?people=1', ...inCall],
  'a call of four': ['?people=3', ...inCall],
  'a call of two with a screen': ['?people=1&shares=1', ...inCall],
  'two screens, and one of our own': ['?people=6&shares=2&speaking=1', ...inCall, share],
  'sharing alone': ['', ...inCall, share],
  'a crowd on pages': ['?people=60&speaking=2', ...inCall],
  'who speaks': ['?people=8&speaking=3', ...inCall, press('.view-button', '.tile-pin')],
  'somebody pinned': ['?people=8', ...inCall, pin],
  'list of people': ['?people=6&shares=1&speaking=0', ...inCall, press('.panel-people', '.roster')],
  'people in every state': ['?odd=1&agreement=waiting', ...inCall],
  'every banner': [
    '?people=3&agreement=disagreed&reconnecting=1&blocked=1&denied=1',
    ...inCall,
    press('.bar .control', '.banners > :nth-child(4)'),
  ],
  'encryption panel': ['?people=3', ...inCall, press('.chip', '.panel')],
  'encryption panel, compared': [
    '?people=3',
    ...inCall,
    press('.chip', '.panel'),
    press('.compare .button', '.chip.good'),
  ],
  'what the router knows': ['?people=3', ...inCall, press('.chip', '.panel'), press('.known .button', '.inventory h3')],
  'what the router knows, as data': [
    '?people=3',
    ...inCall,
    press('.chip', '.panel'),
    press('.known .button', '.inventory h3'),
    press('.inventory summary', '.inventory details[open] pre'),
  ],
  'a router that does not tell what it knows': [
    '?people=3&mute-router=1',
    ...inCall,
    press('.chip', '.panel'),
    press('.known .button', '.inventory [role=status]:not(:empty)'),
  ],
  'invitation dialog': ['?people=3', ...inCall, press('.panel-invite', 'dialog')],
  'keyboard list': ['?people=3', ...inCall, press('.panel-shortcuts', 'dialog')],
  left: ['?people=3', ...inCall, press('.leave', '.message')],
  ended: ['?end=ended', ...inCall],
  'a failure': ['?fail=router-not-pinned', ...inCall],
  'a damaged invitation': ['#AQIDBA'],
};

/** A new page with a call in it, after `steps`. */
async function open(context: BrowserContext, scheme: string, address: string, steps: readonly Step[]): Promise<Page> {
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.goto(played.url + address);
  await page.waitForSelector('h1');
  for (const step of steps) await step(page);
  return page;
}

describe.each(['light', 'dark'])('%s', (scheme) => {
  test.each(Object.entries(screens))('%s has nothing that axe objects to', async (_, [address, ...steps]) => {
    await using context = await browser.browser.createBrowserContext();
    const page = await open(context, scheme, address, steps);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { axe: engine } = globalThis as unknown as { axe: typeof axe };
      const results = await engine.run(document, { runOnly: tags });
      return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
    expect(violations).toEqual([]);
  });
});

test('pictures, buttons and panel are reached with F6, pictures with the arrows, and Enter pins', async () => {
  await using context = await browser.browser.createBrowserContext();
  const page = await open(context, 'light', '?people=4', inCall);
  const { keyboard } = page;
  const focused = (name: string) =>
    page.waitForFunction((wanted: string) => document.activeElement?.ariaLabel === wanted, {}, name);
  await keyboard.press('Tab');
  await focused('Pin Ana: only you see this');
  await keyboard.press('ArrowRight');
  await focused('Pin Ben Okafor: only you see this');
  await keyboard.press('ArrowLeft');
  await focused('Pin Ana: only you see this');
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await focused('Unpin Ben Okafor');
  expect(await page.$eval('.plate-tag', (tag) => tag.textContent)).toBe('only you see this');
  await keyboard.press('Enter');
  await focused('Pin Ben Okafor: only you see this');
  await keyboard.press('F6');
  await focused('Unmute');
  await keyboard.press('p');
  await page.waitForFunction(() => document.activeElement?.textContent === 'People (5)');
  await keyboard.press('F6');
  await focused('Unmute');
  await keyboard.press('F6');
  await focused('Pin Ben Okafor: only you see this');
  await keyboard.press('Escape');
  await page.waitForSelector('.panel', { hidden: true });
});
