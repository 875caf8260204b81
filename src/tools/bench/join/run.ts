import { setTimeout as wait } from 'node:timers/promises';
import { TestBrowser } from '../../call/browser.ts';
import type { HarnessMarks } from '../../call/harness-api.ts';
import { buildHarness, HarnessServer } from '../../call/harness-page.ts';
import { OwnRouter } from '../../call/own-router.ts';
import { routersAt } from '../../call/routers.ts';
import { ParticipantTab } from '../../call/tab.ts';
import { Crowd } from '../crowd/crowd.ts';
import { record } from '../crowd/record.ts';
import { rekeying } from '../crowd/rekeying.ts';
import { watchMachine, type Machine } from '../machine.ts';
import { percentile, rounded } from '../statistics.ts';
import { measureAdmissions, type Admissions } from './admissions.ts';

/** After how long a router has forgotten whoever left, in ms (README "Forgetting"). */
const forgottenMs = 5_000;

/** What the browser that joins sends: small, since its picture is not what is waited for. */
const picture = { number: 1, height: 180, framesPerSecond: 15 };

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** How long it took, in ms from the click, to get into a call of so many, oneself included. */
interface JoinTimes {
  readonly inTheCall: number;
  readonly tries: number;
  /** The WebSocket stands. */
  readonly socketMs: Percentiles;
  /** The router has let us in: sealed handshake and join. */
  readonly admittedMs: Percentiles;
  /** The first media key of somebody is held. */
  readonly keyMs: Percentiles;
  /** Somebody's picture is decoded. */
  readonly firstPictureMs: Percentiles;
}

export interface JoinReport {
  readonly joins: readonly JoinTimes[];
  readonly admissions: Admissions;
  readonly machine: Machine;
}

/**
 * Joins from a real browser, again and again, each time from a page that has just been loaded and is ready, into calls of participants
 * without browsers that send sealed sound and pictures. `sizes`: how many are in the call then.
 */
export async function measureJoins(options: {
  readonly sizes: readonly number[];
  readonly tries: number;
  readonly admissions: number;
  readonly browser?: string | undefined;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}): Promise<JoinReport> {
  const { sizes, tries, progress, signal } = options;
  const machine = await watchMachine();
  await using stack = new AsyncDisposableStack();
  progress('Building the participant page');
  await buildHarness();
  const harness = stack.use(await HarnessServer.start());
  const router = stack.use(await OwnRouter.start());
  progress('Measuring what the router does for a join');
  const admissions = await measureAdmissions(router, options.admissions);
  const { browser } = stack.use(await TestBrowser.launch({ path: options.browser }));
  const tab = stack.use(await ParticipantTab.open(browser, harness.url));
  const recording = await record(tab);
  const joins: JoinTimes[] = [];
  for (const [index, size] of sizes.entries()) {
    signal.throwIfAborted();
    progress(`Gathering ${size - 1} in a call`);
    await using crowd = await Crowd.at(router.url, `127.${62 + index}`);
    await crowd.grow(size - 1);
    await crowd.speak(recording);
    const arrivals: Arrival[] = [];
    for (let number = 0; number < tries; number += 1) {
      signal.throwIfAborted();
      progress(`Joining them, ${number + 1} of ${tries}`);
      await tab.reload();
      await tab.do('prepare', picture);
      // Not before the router has forgotten the last time, which it stands still for, and sources may be asked for key frames again.
      await wait(forgottenMs, undefined, { signal });
      arrivals.push(await arrive(tab, crowd, router.url));
      // Whoever comes when the keys of all are new waits for nobody else's sake.
      await rekeying(crowd.members, () => tab.do('leave'));
    }
    joins.push(timesOf(size, arrivals));
  }
  return { joins, admissions, machine: await machine() };
}

interface Arrival {
  readonly marks: HarnessMarks;
  readonly firstPictureMs: number;
}

async function arrive(tab: ParticipantTab, { link }: Crowd, url: string): Promise<Arrival> {
  const { routerUrl } = await routersAt([url]);
  const joining = tab.do('join', { link, routerUrl, watched: true, ...picture });
  const [firstPictureMs] = await Promise.all([tab.do('firstPicture'), joining]);
  const marks = await tab.do('marks');
  if (marks === undefined) throw new Error('nothing was watched');
  return { marks, firstPictureMs };
}

function timesOf(inTheCall: number, arrivals: readonly Arrival[]): JoinTimes {
  const of = (value: (arrival: Arrival) => number | undefined): Percentiles => {
    const values = arrivals.map((arrival) => value(arrival) ?? NaN);
    return { p50: rounded(percentile(values, 0.5), 0), p95: rounded(percentile(values, 0.95), 0) };
  };
  return {
    inTheCall,
    tries: arrivals.length,
    socketMs: of(({ marks }) => marks.socketMs),
    admittedMs: of(({ marks }) => marks.admittedMs),
    keyMs: of(({ marks }) => marks.keyMs),
    firstPictureMs: of(({ firstPictureMs }) => firstPictureMs),
  };
}
