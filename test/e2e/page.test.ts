import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { OwnRouter } from '../../src/tools/call/own-router.ts';
import { Person } from '../support/page-person.ts';
import { buildPage } from '../support/page-build.ts';

const resources = new AsyncDisposableStack();
let router: OwnRouter;
let browser: TestBrowser;

beforeAll(async () => {
  const pageDirectory = await mkdtemp(join(tmpdir(), 'sotto-page-'));
  resources.defer(() => rm(pageDirectory, { recursive: true }));
  await buildPage(pageDirectory);
  router = resources.use(await OwnRouter.start({ pageDirectory }));
  browser = resources.use(await TestBrowser.launch());
});
afterAll(() => resources.disposeAsync());

/** Nothing was forbidden by the policy, nothing went wrong unseen, and nobody but the router was asked for anything. */
function expectClean(person: Person): void {
  expect(person.violations).toEqual([]);
  expect(person.errors).toEqual([]);
  expect([...person.origins]).toEqual([new URL(router.url).origin]);
}

/** Starts a call as Lea; answers its link. */
async function startCall(lea: Person): Promise<string> {
  await lea.press('Start a call');
  await lea.join('Lea');
  return lea.page.$eval('.invite input', (input) => input.value);
}

test('two people meet by a copied link, see each other move, read the same digits, and leave no trace', async () => {
  await using lea = await Person.at(router.url, browser);
  await lea.press('Start a call');
  await lea.join('Lea');
  await lea.press('Copy link');
  await lea.page.waitForFunction(() => document.querySelector('.invite .primary')?.textContent === 'Copied');
  const link = await lea.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/^http:\/\/localhost:\d+\/#[\w-]{80,}$/u);

  await using ana = await Person.at(link, browser);
  expect(ana.page.url()).toBe(router.url);
  await ana.page.waitForSelector('.inside:not(:empty)');
  expect(await ana.text('.inside')).toMatch(/^1 person is in the call, since .*\d.*\.$/u);
  await ana.join('Ana');

  await Promise.all([lea.seesExactly('You', 'Ana'), ana.seesExactly('You', 'Lea')]);
  await Promise.all([lea.seesMoving('Ana'), ana.seesMoving('Lea'), lea.seesMoving('You')]);

  await lea.page.keyboard.press('k');
  await ana.press('People');
  await ana.press('Compare codes');
  await Promise.all([lea.page.waitForSelector('.code'), ana.page.waitForSelector('.code')]);
  const digits = await lea.text('.code');
  expect(digits).toMatch(/^\d{30}$/u);
  expect(await ana.text('.code')).toBe(digits);
  await lea.press('All digits are the same');
  await lea.page.waitForFunction(() => document.querySelector('.chip')?.textContent === 'Encrypted · compared');

  await lea.press('Mute');
  await ana.page.waitForSelector('.tile:not(:last-child) .plate-mark.microphone-off');
  await lea.press('Unmute');
  await ana.page.waitForSelector('.tile:not(:last-child) .plate-mark.microphone-off', { hidden: true });

  await lea.press('Turn camera off');
  await ana.page.waitForSelector('.tile:not(:last-child) .avatar');
  await lea.press('Turn camera on');
  await ana.seesMoving('Lea');

  await ana.press('Leave');
  await ana.page.waitForFunction(() => document.querySelector('h1')?.textContent === 'You left the call.');
  expect(await ana.stored()).toEqual([]);
  await lea.page.waitForSelector('.alone');
  await lea.press('Leave');
  await lea.page.waitForFunction(() => document.querySelector('h1')?.textContent === 'You left the call.');
  expect(await lea.stored()).toEqual([]);

  expectClean(lea);
  expectClean(ana);
});

test('a shared screen takes the stage of the others, and is words for who shares it', async () => {
  await using lea = await Person.at(router.url, browser);
  const link = await startCall(lea);
  await using ana = await Person.at(link, browser);
  await ana.join('Ana');
  await lea.seesMoving('Ana');

  await lea.page.keyboard.press('s');
  await ana.seesMoving('Lea’s screen');
  await lea.seesExactly('You', 'Ana', 'Your screen');
  const part = await ana.page.$eval(
    '.tile.screen',
    (tile) => tile.clientWidth / (tile.parentElement?.clientWidth ?? 0),
  );
  expect(part).toBeGreaterThanOrEqual(0.75);
  await ana.page.waitForFunction(() =>
    [...document.querySelectorAll('[role=status]')].some((said) => said.textContent === 'Lea is sharing a screen.'),
  );

  await lea.press('Stop sharing');
  await ana.seesExactly('You', 'Lea');
  await ana.seesMoving('Lea');
  expectClean(lea);
  expectClean(ana);
});

test('a reload comes back to the same call and joins it anew', async () => {
  await using lea = await Person.at(router.url, browser);
  const link = await startCall(lea);
  await using ana = await Person.at(link, browser);
  await ana.join('Ana');
  await ana.seesMoving('Lea');

  await ana.page.reload();
  await ana.join('Ana again');
  await ana.seesMoving('Lea');
  await lea.seesExactly('You', 'Ana again');
});

test('everything can be done with the keyboard alone', async () => {
  await using lea = await Person.at(router.url, browser);
  const { keyboard } = lea.page;
  await lea.tabTo('Start a call');
  await keyboard.press('Enter');
  await lea.page.waitForSelector('.lobby');
  await lea.tabTo('Turn on');
  await keyboard.press('Enter');
  await lea.page.waitForSelector('.preview video');
  await lea.tabTo('Your name');
  await keyboard.type('Mvm?'); // letters in a field are letters
  await keyboard.press('Enter');
  await lea.page.waitForSelector('button[aria-label="Mute"]');
  await lea.page.waitForSelector('.tile video');

  await keyboard.press('m');
  await lea.page.waitForSelector('button[aria-label="Unmute"]');
  await keyboard.down(' ');
  await lea.page.waitForSelector('button[aria-label="Mute"]');
  await keyboard.up(' ');
  await lea.page.waitForSelector('button[aria-label="Unmute"]');
  await keyboard.press('v');
  await lea.page.waitForSelector('button[aria-label="Turn camera on"]');

  await keyboard.press('?');
  await lea.page.waitForSelector('dialog[open]');
  await keyboard.press('Escape');
  await lea.page.waitForSelector('dialog', { hidden: true });
  await keyboard.press('k');
  await lea.page.waitForFunction(() => document.activeElement?.id === 'panel-title');
  await keyboard.press('Escape');
  await lea.page.waitForSelector('.panel', { hidden: true });

  await lea.tabTo('Leave');
  await keyboard.press('Enter');
  await lea.page.waitForFunction(() => document.activeElement?.textContent === 'You left the call.');
  expectClean(lea);
});

test('the router tells what it knows, by keyboard, with the values of the moment', async () => {
  await using lea = await Person.at(router.url, browser);
  const { keyboard } = lea.page;
  await lea.press('Start a call');
  await lea.page.waitForSelector('.inside:not(:empty)');
  expect(await lea.text('.inside')).toBe('Nobody is in the call yet.');
  await lea.join('Lea');
  await keyboard.press('k');
  await lea.page.waitForFunction(() => document.activeElement?.id === 'panel-title');
  await lea.tabTo('Ask the router');
  await keyboard.press('Enter');
  await lea.page.waitForSelector('.inventory h3');
  let words = await lea.text('.inventory');
  // Being in the call does not wait for one's own devices.
  while (!/you send: address .*Camera: /su.test(words)) {
    await lea.press('Ask again');
    await lea.page.waitForSelector('.inventory h3');
    words = await lea.text('.inventory');
  }
  expect(words).toMatch(/For messages: address (::ffff:)?127\.0\.0\.1, port \d+\./u);
  expect(words).toMatch(/that you send: address \S+, port \d+, (UDP|TCP)\./u);
  expect(words).toContain('Camera: one encrypted stream in 3 sizes, sent on to 0 people.');
  expect(words).not.toContain('Lea');
  await lea.tabTo('As the router said it');
  await keyboard.press('Enter');
  const told = await lea.page.$eval('.inventory pre', (element) => element.textContent);
  expect(JSON.parse(told)).toMatchObject({ call: { participants: 1 }, session: { channelKeysHeld: true } });
  await keyboard.press('Escape');
  await lea.page.waitForFunction(() => document.activeElement?.textContent === 'Ask the router');
  expectClean(lea);
});

test('a damaged invitation gets a page that says so', async () => {
  await using lea = await Person.at(`${router.url}#AQIDBA`, browser);
  await lea.page.waitForFunction(() => document.querySelector('h1')?.textContent === 'This invitation is incomplete.');
  expect(lea.page.url()).toBe(router.url);
  expect(await lea.stored()).toEqual([]);
});

test('an invitation of another router is refused before anything is sent', async () => {
  await using lea = await Person.at(router.url, browser);
  const link = await startCall(lea);
  // The last 32 bytes are the router key: another one that is as well-formed.
  const wrong = `${link.slice(0, -20)}${'B'.repeat(19)}A`;
  await using ana = await Person.at(wrong, browser);
  await ana.page.waitForSelector('.lobby');
  await ana.page.type('#name', 'Ana');
  await ana.press('Join, listen only');
  await ana.page.waitForFunction(
    () => document.querySelector('h1')?.textContent === 'This is not the router of your invitation.',
  );
  await lea.page.waitForSelector('.alone');
  expect(await ana.text('.code-label')).toBe('Code E-ROUTER-KEY');
});
