import { ed25519 } from '@noble/curves/ed25519.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { generatePair } from '../../src/server/keys/x25519.ts';
import { systemClock } from '../../src/server/support/system-clock.ts';
import { signRegionList, type ListedRouter } from '../../src/shared/regions/region-list.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { DistantRouter } from '../support/distant-router.ts';
import { Person } from '../support/page-person.ts';

const secretKey = ed25519.utils.randomSecretKey();
const regionsKey = toBase64Url(new Uint8Array(ed25519.getPublicKey(secretKey)));
const strangersKey = toBase64Url(generatePair().publicKey);
const sign = (routers: ListedRouter[], by = secretKey): string =>
  signRegionList({ expires: Math.floor(Date.now() / 1_000) + 3_600, routers }, by);

/** A router looks once a minute whether its list has changed. */
const lookMs = 60_000;
const soon = {
  ...systemClock,
  after: (ms: number, callback: () => void) => systemClock.after(ms === lookMs ? 50 : ms, callback),
};

const resources = new AsyncDisposableStack();
let browser: TestBrowser;
let directory: string;
let far: DistantRouter;
let near: DistantRouter;
let between: DistantRouter;

/** Publishes a list, and waits until the routers serve it. */
async function publish(routers: ListedRouter[]): Promise<void> {
  const text = sign(routers);
  await writeFile(join(directory, 'regions.json'), text);
  for (const { router } of [far, near, between])
    await vi.waitFor(
      async () => {
        const served = await fetch(new URL('/.well-known/sotto-regions.json', router.address));
        expect(await served.text()).toBe(text);
      },
      { timeout: 10_000 },
    );
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-regions-'));
  resources.defer(() => rm(directory, { recursive: true }));
  browser = resources.use(await TestBrowser.launch());
  const regionsFile = join(directory, 'regions.json');
  await writeFile(regionsFile, sign([{ region: 'none', url: 'https://none.example', routerKey: strangersKey }]));
  const start = async (region: string, awayMs: number): Promise<DistantRouter> =>
    resources.use(await DistantRouter.start(region, awayMs, { regionsFile, regionsKey }, { clock: soon }));
  far = await start('far', 90);
  near = await start('near', 6);
  between = await start('between', 45);
});
afterAll(() => resources.disposeAsync());
beforeEach(() => publish([far.listed, near.listed, between.listed]));

/** What is chosen on the landing, once it has been found out. */
async function chosen({ page }: Person): Promise<string> {
  const found = await page.waitForFunction(() => {
    const text = document.querySelector<HTMLSelectElement>('#where')?.selectedOptions[0]?.textContent;
    return text?.endsWith(' ms') === true ? text : undefined;
  });
  return (await found.jsonValue()) ?? '';
}

test('a call that is started on the page of a router far away is held on the nearest, and the invitation leads there', async () => {
  await using ada = await Person.at(far.listed.url, browser);
  expect(await chosen(ada)).toMatch(/^Nearest: near, \d+ ms$/);
  const asked = new Set([...ada.origins].map((origin) => origin.replace(/^ws/, 'http')));
  expect(asked).toEqual(new Set([far, near, between].map(({ listed }) => listed.url)));

  await ada.press('Start a call');
  await ada.page.waitForSelector('.lobby');
  expect(await ada.text('.encrypted-line')).toBe('End-to-end encrypted, over near');
  await ada.join('Ada');
  const link = await ada.page.$eval('.invite input', (input) => input.value);
  expect(new URL(link).origin).toBe(near.listed.url);
  expect([far, near, between].map((one) => one.started())).toEqual([0, 1, 0]);
  expect({ violations: ada.violations, errors: ada.errors }).toEqual({ violations: [], errors: [] });

  await using ben = await Person.at(link, browser);
  await ben.page.waitForSelector('.lobby');
  expect([...ben.origins].map((origin) => origin.replace(/^ws/, 'http'))).not.toContain(between.listed.url);
});

test('another router can be chosen, and stays so where somebody wants it, while no other is asked', async () => {
  await using ada = await Person.at(far.listed.url, browser);
  await chosen(ada);
  await ada.page.select('#where', between.listed.url);
  await ada.page.click('.where .check');
  ada.origins.clear();
  await ada.page.reload();
  expect(await chosen(ada)).toMatch(/^between, \d+ ms$/);
  expect([...ada.origins].join(' ')).not.toContain(new URL(near.listed.url).host);
  await ada.press('Start a call');
  await ada.page.waitForSelector('.lobby');
  expect(new URL(ada.page.url()).origin).toBe(between.listed.url);
});

test('a router with another key than the list says is refused in words, and the next one taken', async () => {
  await publish([far.listed, { ...near.listed, routerKey: strangersKey }, between.listed]);
  await using ada = await Person.at(far.listed.url, browser);
  expect(await chosen(ada)).toMatch(/^Nearest: between/);
  expect(await ada.text('.where [role=alert]')).toBe(
    'near is refused: it has another key than the operator’s list says.',
  );
});

test('a list that somebody else has signed is refused in words, and the call starts on the router of the page', async () => {
  await using ada = await Person.at(far.listed.url, browser);
  await ada.page.setRequestInterception(true);
  ada.page.on('request', (request) => {
    if (!request.url().endsWith('/sotto-regions.json')) void request.continue();
    else void request.respond({ body: sign([near.listed], ed25519.utils.randomSecretKey()) });
  });
  await ada.page.reload();
  await ada.page.waitForSelector('.where[role=alert]');
  expect(await ada.text('.where')).toContain('is not signed with its key');
  await ada.press('Start a call');
  await ada.page.waitForSelector('.lobby');
  expect(new URL(ada.page.url()).origin).toBe(far.listed.url);
});
