import { fileURLToPath } from 'node:url';
import type { Page, Viewport } from 'puppeteer-core';
import { TestBrowser } from '../src/tools/call/browser.ts';
import { OwnRouter } from '../src/tools/call/own-router.ts';
import { Person } from './support/page-person.ts';
import { portrait } from './support/page-portrait.ts';

/**
 * Takes the pictures of README: a call of four people on this machine, through a router, with everything encrypted.
 * Only the cameras are drawn. Needs the built page and a media worker: `node test/pictures.ts`.
 */
const directory = fileURLToPath(new URL('pictures', import.meta.url));
const desktop = { width: 1280, height: 800, deviceScaleFactor: 1 };
const phone = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

await using router = await OwnRouter.start();
await using browser = await TestBrowser.launch();
await using lea = await Person.at(router.url, browser);
await looksLike(lea.page, desktop, 'light');
await take(lea.page, 'landing');

const others: Person[] = [];
try {
  await drawnCamera(lea.page, 205);
  await lea.press('Start a call');
  await lea.join('Lea');
  const link = await lea.page.$eval('.invite input', (input) => input.value);
  for (const [name, hue] of [
    ['Ana', 28],
    ['Ben Okafor', 62],
    ['Dörte', 170],
  ] as const) {
    const person = await Person.at(link, browser);
    others.push(person);
    // Setting up a phone loads the page anew, so it is done before joining.
    if (name === 'Dörte') await looksLike(person.page, phone, 'dark');
    await drawnCamera(person.page, hue);
    await person.join(name);
  }
  for (const name of ['Ana', 'Ben Okafor', 'Dörte', 'You']) await lea.seesMoving(name);
  await others[1]?.press('Mute');
  await lea.page.waitForSelector('.tile .plate-mark.microphone-off');
  await sharp(lea.page);
  await take(lea.page, 'call-desktop');
  await lea.page.keyboard.press('k');
  await lea.page.waitForSelector('.code');
  await looksLike(lea.page, desktop, 'dark');
  await take(lea.page, 'call-desktop-dark');
  const onPhone = others[2]?.page ?? lea.page;
  await sharp(onPhone);
  await take(onPhone, 'call-phone');
} finally {
  for (const person of others) await person[Symbol.asyncDispose]();
}

/** Every camera of the page is a drawn one from now on. */
async function drawnCamera(page: Page, hue: number): Promise<void> {
  await page.evaluate(`{
    const portrait = ${portrait.toString()};
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await original({ audio: wanted.audio });
      return new MediaStream([...stream.getAudioTracks(), portrait(${hue})]);
    };
  }`);
}

/** Until the router sends the largest picture of everybody that fits the tiles. */
async function sharp(page: Page): Promise<void> {
  await page.waitForFunction(
    () => [...document.querySelectorAll('video')].every(({ videoHeight }) => videoHeight >= 360),
    { polling: 200 },
  );
}

async function looksLike(page: Page, viewport: Viewport, scheme: 'light' | 'dark'): Promise<void> {
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    // Nothing is caught half way.
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  // New colours are on screen a frame after they were asked for.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: `${directory}/${name}.png`, optimizeForSpeed: false });
}
