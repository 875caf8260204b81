import { TestBrowser } from '/work/main/src/tools/call/browser.ts';
import { PlayedPage } from '/work/main/test/support/page-played.ts';
import { mkdirSync } from 'node:fs';
mkdirSync('/tmp/shots', { recursive: true });
const only = process.argv[2];
await using page = await PlayedPage.start();
await using tb = await TestBrowser.launch();
const sizes: Record<string, [number, number, boolean]> = { desk: [1280, 800, false], phone: [390, 844, true] };
type Step = (p: import('puppeteer-core').Page) => Promise<unknown>;
const start: Step = async (p) => { await p.click('.button.primary'); await p.waitForSelector('.lobby'); };
const turnOn: Step = async (p) => { await p.click('.preview-empty .button'); await p.waitForSelector('.preview video'); await new Promise(r=>setTimeout(r,600)); };
const join: Step = async (p) => { await p.type('#name', 'Lea Brandt'); await p.click('.lobby-panel .primary'); await p.waitForSelector('.lobby', { hidden: true }); await new Promise(r=>setTimeout(r,700));};
const press = (sel: string): Step => async (p) => { await p.click(sel); await new Promise(r=>setTimeout(r,300)); };
const cases: Record<string, [string, Step[]]> = {
  landing: ['', []],
  see: ['', [press('.landing-foot .link')]],
  lobby: ['', [start]],
  lobbyon: ['', [start, turnOn]],
  connecting: ['?hang=1', [start, join]],
  alone: ['', [start, turnOn, join]],
  two: ['?people=1', [start, turnOn, join]],
  three: ['?people=2', [start, turnOn, join]],
  four: ['?people=3', [start, turnOn, join]],
  seven: ['?people=6', [start, turnOn, join]],
  many: ['?people=19', [start, join]],
  odd: ['?odd=1&agreement=waiting', [start, join]],
  split: ['?people=3&agreement=disagreed&blocked=1&reconnecting=1', [start, join]],
  panel: ['?people=3', [start, turnOn, join, press('.chip')]],
  panelend: ['?people=3', [start, join, press('.chip'), press('.compare .button'), async (p) => p.$eval('.panel-body', (e) => { e.scrollTop = 9999; })]],
  invite: ['?people=3', [start, join, press('.panel-invite')]],
  keys: ['?people=3', [start, join, async (p) => p.keyboard.press('?')]],
  left: ['?people=3', [start, join, press('.leave')]],
  full: ['?fail=call-full', [start, join]],
  wrongkey: ['?fail=router-not-pinned', [start, join]],
  damaged: ['#AAAA', []],
  denied: ['?people=2&denied=1', [start, join, press('.bar .control')]],
};
for (const [name, [query, steps]] of Object.entries(cases)) {
  if (only && !only.split(',').includes(name)) continue;
  for (const [size, [width, height, mobile]] of Object.entries(sizes)) for (const scheme of ['light', 'dark'] as const) {
    if (process.argv[3] && !process.argv[3].split(',').includes(`${size}-${scheme}`)) continue;
    const ctx = await tb.browser.createBrowserContext();
    const p = await ctx.newPage();
    p.on('console', (m) => console.log(name, m.text())); p.on('pageerror', (e) => console.log(name, String(e)));
    await p.setViewport({ width, height, hasTouch: mobile, isMobile: mobile, deviceScaleFactor: 1 });
    await p.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await p.goto(page.url + query);
    await p.waitForSelector('h1');
    for (const step of steps) await step(p).catch((e) => console.log(name, size, String(e)));
    await p.screenshot({ path: `/tmp/shots/${name}-${size}-${scheme}.png` });
    await ctx.close();
  }
}
