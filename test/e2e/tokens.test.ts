import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { OwnRouter } from '../../src/tools/call/own-router.ts';
import { runCall } from '../../src/tools/call/run-call.ts';
import { plainScenario } from '../../src/tools/call/scenario/scenario.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { wellKnown } from '../../src/shared/protocol/admission.ts';
import { IssuerProcess } from '../support/issuer-process.ts';
import { buildPage } from '../support/page-build.ts';
import { Person } from '../support/page-person.ts';
import { WatchedIssuer } from '../support/watched-issuer.ts';

/** A router that lets in by tokens only, and a real issuer that makes them for whoever has this. */
const code = 'letmein';
const resources = new AsyncDisposableStack();
let pageDirectory: string;
let issuer: WatchedIssuer;
let router: OwnRouter;
let browser: TestBrowser;

beforeAll(async () => {
  pageDirectory = await mkdtemp(join(tmpdir(), 'sotto-page-'));
  resources.defer(() => rm(pageDirectory, { recursive: true }));
  await buildPage(pageDirectory);
  const real = resources.use(await IssuerProcess.start(code));
  issuer = resources.use(await WatchedIssuer.before(real.url));
  router = resources.use(await OwnRouter.start({ pageDirectory, ...issuer.settings }));
  browser = resources.use(await TestBrowser.launch());
});
afterAll(() => resources.disposeAsync());

const title = (person: Person, words: string): Promise<unknown> =>
  person.page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, {}, words);

/** Types into the field for the access code and leaves it. */
async function giveCode(person: Person, typed: string, then: string): Promise<void> {
  await person.page.waitForSelector('#access-code:not([readonly])');
  await person.page.locator('#access-code').fill(typed);
  await person.page.keyboard.press('Tab');
  await person.page.waitForSelector(then);
}

const refused = '#access-code[aria-invalid=true]';
const taken = '#access-code[readonly]';

test('headless participants get tokens and see and hear each other', async () => {
  const scenario = plainScenario([undefined, undefined], 3);
  const options = { scenario, seed: '1', routers: [router.url], progress: () => undefined };
  const { signal } = new AbortController();
  const { report, missing } = await runCall({ ...options, authorization: `Bearer ${code}`, signal });
  expect(missing).toEqual([]);
  expect(report.ok).toBe(true);
  await expect(runCall({ ...options, signal })).rejects.toThrow('tokens only');
});

test('a participant that has to join anew spends another token of the same batch', async () => {
  const described = wellKnown.parse(await (await fetch(new URL('/.well-known/sotto.json', router.url))).json());
  const { routerKey, admission } = described;
  await buildHarness();
  await using harness = await HarnessServer.start();
  await using tab = await ParticipantTab.open(browser.browser, harness.url);
  await tab.page.evaluate(() => {
    const sockets: WebSocket[] = [];
    const Plain = WebSocket;
    class Held extends Plain {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    Object.assign(globalThis, { WebSocket: Held, sockets });
  });
  const routerUrl = router.url;
  const link = await tab.do('newLink', { routerUrl, routerKey });
  const authorization = `Bearer ${code}`;
  const picture = { height: 180, framesPerSecond: 15 };
  const { length } = issuer.batches;
  await tab.do('join', { link, routerUrl, admission, authorization, number: 1, ...picture });
  await tab.page.evaluate(() => {
    (globalThis as unknown as { sockets: WebSocket[] }).sockets.at(-1)?.send('nonsense');
  });
  await tab.until('phase', [], ({ phase }) => phase === 'connecting');
  await tab.until('phase', [], ({ phase }) => phase === 'connected');
  expect(issuer.batches).toHaveLength(length + 1);
});

test('two people with an access code meet, for one pass each, and leave nothing at the issuer that tells one from the other', async () => {
  const before = issuer.exchanges.length;
  await using lea = await Person.at(router.url, browser);
  await lea.press('Start a call');
  await giveCode(lea, 'wrong', refused);
  await giveCode(lea, code, taken);
  await lea.join('Lea');
  const link = await lea.page.$eval('.invite input', (input) => input.value);

  await using ana = await Person.at(link, browser);
  await giveCode(ana, code, taken);
  expect(await ana.text('.inside')).toBe('');
  await ana.press('See who is in the call');
  await ana.page.waitForSelector('.inside:not(:empty)');
  expect(await ana.text('.inside')).toMatch(/^1 person is in the call/u);
  await ana.join('Ana');
  await Promise.all([lea.seesMoving('Ana'), ana.seesMoving('Lea')]);

  for (const person of [lea, ana]) {
    expect(person.violations).toEqual([]);
    expect(person.errors).toEqual([]);
    await person.press('Leave');
    await title(person, 'You left the call.');
    expect(await person.stored()).toEqual([]);
  }

  const batches = issuer.exchanges.slice(before).filter(({ method, status }) => method === 'POST' && status === 200);
  expect(batches).toHaveLength(2);
  // The issuer's watcher gives cookies, and they never come back.
  const [ofLea, ofAna] = batches.map(({ path, headers, request }) => JSON.stringify([path, headers, request.length]));
  expect(ofAna).toBe(ofLea);
  const names = issuer.exchanges.flatMap(({ headers }) => headers.map(([name]) => name));
  expect(names).toContain('authorization');
  expect(names.filter((name) => name === 'cookie' || name === 'referer')).toEqual([]);
});

test('whoever has no code is told what is wanted, and passes that are kept spare it the next time', async () => {
  await using lea = await Person.at(router.url, browser);
  await lea.press('Start a call');
  await lea.page.waitForSelector('#access-code');
  expect(await lea.text('#access-code-hint')).toMatch(/^From whoever runs this router\./u);
  await lea.page.type('#name', 'Lea');
  await lea.page.locator('#access-code').fill('wrong');
  await lea.press('Join, listen only');
  await lea.page.waitForSelector(refused);
  expect(await lea.text('#access-code-hint')).toMatch(/^This code was not accepted\./u);
  expect(await lea.page.$eval('#name', (input) => (input as HTMLInputElement).value)).toBe('Lea');

  await lea.page.locator('::-p-text(Keep my passes on this device)').click();
  await giveCode(lea, code, taken);
  expect(await lea.stored()).toContain('sotto-tokens');
  const { length } = issuer.exchanges;
  await lea.page.reload();
  await lea.page.waitForSelector('.inside-ask');
  await lea.page.type('#name', 'Lea');
  await lea.press('Join, listen only');
  await lea.page.waitForSelector('.bar');
  expect(issuer.exchanges).toHaveLength(length);
});

test('a page whose issuer is away says so when somebody wants to join', async () => {
  await using away = await OwnRouter.start({ pageDirectory, ...issuer.settings, issuerUrl: 'http://127.0.0.1:9/' });
  await using lea = await Person.at(away.url, browser);
  await lea.press('Start a call');
  await lea.page.waitForSelector('.lobby');
  await lea.page.type('#name', 'Lea');
  await lea.press('Join, listen only');
  await title(lea, 'There are no passes to be had at the moment.');
  expect(await lea.text('.code-label')).toBe('Code E-ISSUER');
});
