import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { HarnessGap } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { openStage, picture, seesAndHears } from './browser-call.ts';
import { CuttableLink } from './cuttable-link.ts';
import { OtherNetwork, routerAddress } from './other-network.ts';
import { childrenOf, startRouterProcess, type RouterProcess } from './router-process.ts';
import { freePort, testPorts } from './test-router.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;
const addresses = ['203.0.113.21', '203.0.113.22'] as const;
/** So long is watched after an event, in ms, and then until every stream flows again and for a little longer. */
const watchMs = 3_000;
const backMs = 1_500;
const givenUpMs = 30_000;
/** A stream that was silent for less flows: the sound that is sent pauses for 170 ms at a time. */
const flowingMs = 500;

export interface Measured {
  /** The longest gap of sound and of picture at each receiver, in ms. */
  readonly sound: readonly number[];
  readonly picture: readonly number[];
  /** When the last frame came that could not be decrypted, in ms after the event; undefined when all could. */
  readonly undecryptableMs: number | undefined;
  readonly codes: ReadonlySet<string | undefined>;
  /** How many others each one sees. */
  readonly people: readonly number[];
}

/** A call in as many tabs as asked, on a router that is a process of its own, behind a link; and what can befall it. */
export class SurvivalStage implements AsyncDisposable {
  readonly tabs: readonly ParticipantTab[];
  readonly code: string | undefined;
  readonly #stack: AsyncDisposableStack;
  readonly #link: CuttableLink;
  readonly #start: () => Promise<RouterProcess>;
  readonly #network: OtherNetwork | undefined;
  #router: RouterProcess;
  #at = 0;

  /** `elsewhere`: the router is in another network, which takes the rights of `test/namespace.sh`. */
  static async open(count: number, elsewhere = false): Promise<SurvivalStage> {
    await using stack = new AsyncDisposableStack();
    const network = elsewhere ? stack.use(await OtherNetwork.create([addresses[0]])) : undefined;
    const call = stack.use(await openStage());
    const state = await mkdtemp(join(tmpdir(), 'sotto-survival-'));
    stack.defer(() => rm(state, { recursive: true, force: true }));
    const environment = {
      SOTTO_PORT: String(await freePort()),
      SOTTO_MEDIA_PORTS: testPorts(8).range,
      SOTTO_STATE_DIRECTORY: state,
      NODE_COMPILE_CACHE: join(state, 'code'), // as `npm start` and the service set it
      ...(elsewhere && { SOTTO_HOST: routerAddress }),
    };
    const line = [process.execPath, main];
    const start = (): Promise<RouterProcess> =>
      startRouterProcess(environment, network?.command(...line) ?? line, state);
    const router = await start();
    const link = stack.use(await CuttableLink.to(router.address));
    const browser = await call.browser();
    const tabs: ParticipantTab[] = [];
    for (let number = 1; number <= count; number += 1) tabs.push(await call.open(browser));
    const [first] = tabs;
    if (first === undefined) throw new Error('nobody is to join');
    const where = { routerUrl: link.url, routerKey: toBase64Url(router.routerKey) };
    const invitation = await first.do('newLink', where);
    for (const [index, tab] of tabs.entries())
      await tab.do('join', { link: invitation, routerUrl: link.url, ...picture, number: index + 1 });
    for (const [index, tab] of tabs.entries())
      for (const other of tabs.keys()) if (other !== index) await seesAndHears(tab, String(other + 1));
    const code = await first.until('code', [], (digits) => digits !== undefined);
    return new SurvivalStage({ tabs, code, stack: stack.move(), link, start, router, network });
  }

  private constructor(made: {
    tabs: readonly ParticipantTab[];
    code: string | undefined;
    stack: AsyncDisposableStack;
    link: CuttableLink;
    start: () => Promise<RouterProcess>;
    router: RouterProcess;
    network: OtherNetwork | undefined;
  }) {
    this.tabs = made.tabs;
    this.code = made.code;
    this.#stack = made.stack;
    this.#link = made.link;
    this.#start = made.start;
    this.#router = made.router;
    this.#network = made.network;
  }

  /** Every client's socket breaks, and can be had again `ms` later. */
  async cutSockets(ms: number): Promise<void> {
    this.#link.cut();
    await wait(ms);
    this.#link.mend();
  }

  /** All media processes of the router die, those that wait for calls included. A third time within a minute ends the call. */
  killMedia(): Promise<void> {
    for (const pid of childrenOf(this.#router.pid)) process.kill(pid, 'SIGKILL');
    return Promise.resolve();
  }

  /** The router dies, and is started again `ms` later. */
  async restartRouter(ms: number): Promise<void> {
    await this.#router.kill();
    await wait(ms);
    this.#router = await this.#start();
  }

  /** All clients have another address from one moment to the next. */
  changeAddress(): Promise<void> {
    const [from, to] = [addresses[this.#at % 2] ?? '', addresses[(this.#at + 1) % 2] ?? ''];
    this.#at += 1;
    this.#network?.moveClients(from, to);
    return Promise.resolve();
  }

  /** Lets `event` happen, and measures until everybody sees and hears everybody again. */
  async measure(event: () => Promise<void>): Promise<Measured> {
    for (const tab of this.tabs) await tab.do('watchGaps');
    await this.#flows();
    const fromMs = Date.now();
    await event();
    await wait(watchMs);
    await this.#flows();
    await wait(backMs);
    const gaps = await Promise.all(this.tabs.map((tab) => tab.do('gaps')));
    const longest = (of: readonly HarnessGap[], source: string): number =>
      Math.max(...of.filter((gap) => gap.source === source).map(({ longestMs }) => Math.round(longestMs)));
    const undecryptable = gaps
      .flat()
      .flatMap(({ lastUndecryptableAtMs: atMs }) => (atMs === undefined ? [] : [atMs - fromMs]));
    return {
      sound: gaps.map((of) => longest(of, 'microphone')),
      picture: gaps.map((of) => longest(of, 'camera')),
      undecryptableMs: undecryptable.length === 0 ? undefined : Math.max(...undecryptable),
      codes: new Set(
        await Promise.all(this.tabs.map((tab) => tab.until('code', [], (digits) => digits !== undefined))),
      ),
      people: await Promise.all(this.tabs.map(async (tab) => (await tab.do('people')).length)),
    };
  }

  /** Until every stream of everybody comes at everybody else's. */
  async #flows(): Promise<void> {
    const streams = 2 * (this.tabs.length - 1);
    const good = (gaps: readonly HarnessGap[]): boolean =>
      gaps.length === streams && gaps.every(({ silentMs }) => silentMs < flowingMs);
    for (const tab of this.tabs) await tab.until('gaps', [], good, givenUpMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#router[Symbol.asyncDispose]();
    await this.#stack.disposeAsync();
  }
}
