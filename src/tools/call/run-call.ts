import { setTimeout as wait } from 'node:timers/promises';
import { TestBrowser, ToolError } from './browser.ts';
import type { Course } from './course.ts';
import { buildHarness, HarnessServer } from './harness-page.ts';
import { leastSeconds } from './memory/memory-report.ts';
import { MemoryWatch } from './memory/memory-watch.ts';
import { DialledNetwork } from './network/dialled-network.ts';
import { environment, seenBy, type Happening, type Observed } from './observed.ts';
import { OwnRouter } from './own-router.ts';
import { Person } from './person.ts';
import { reportOf, type CallReport } from './report.ts';
import { routersAt } from './routers.ts';
import { Sampler } from './sampler.ts';
import type { Line } from './rules.ts';
import type { Performed, Scenario, ScenarioEvent } from './scenario/scenario.ts';
import { CostMeter } from './server-cost.ts';
import type { Findings } from './verdicts.ts';

/** How long the first frames of everybody may take after the last join, in ms, before the measuring begins anyway. */
const settleMs = 15_000;
/** Between two looks at whether they have come, in ms. */
const betweenLooksMs = 100;
/** Between two words on how far the measuring is, in ms. */
const betweenTellingMs = 500;

export interface CallOptions {
  /** Who is there, on which network, and what happens; measured from when everybody receives everybody. */
  readonly scenario: Scenario;
  /** Picks what the networks do to which packet. */
  readonly seed: string;
  /**
   * Addresses of running routers: the first is where the call begins, the others are where it may go from there. Without any,
   * one is started, and stopped afterwards.
   */
  readonly routers?: readonly string[] | undefined;
  /** Also looks at what a report with pictures shows; that costs the call a little. */
  readonly observed?: boolean;
  /** Path of a Chromium; without it the usual places are looked at. */
  readonly browser?: string | undefined;
  /** The Authorization header for the issuer of a router that asks for tokens. */
  readonly authorization?: string | undefined;
  /** Of each picture, in pixels, and how many of them a second; without them what two cores can carry. */
  readonly height?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  /** Told of each step, in words. */
  readonly progress: (step: string) => void;
  /** Told again and again how much of the measuring is over, in seconds. */
  readonly measured?: (seconds: number) => void;
  /** Aborting ends everything in order. */
  readonly signal: AbortSignal;
}

/** What came of a call. */
export interface CallResult {
  readonly scenario: Scenario;
  readonly report: CallReport;
  readonly courses: readonly Course[];
  readonly lines: readonly Line[];
  readonly findings: Findings;
  readonly observed: Observed | undefined;
  /** What was not as it should be, in words. */
  readonly missing: readonly string[];
}

/** What two cores can encode, decode and encrypt for that many participants. */
function affordable(participants: number): { height: number; framesPerSecond: number } {
  return participants <= 3 ? { height: 360, framesPerSecond: 20 } : { height: 180, framesPerSecond: 15 };
}

/**
 * Has headless browsers make a real call, and reports what each received of each other. Everything that was started is
 * ended, whatever happens. Rejects with ToolError when the call could not be made at all.
 */
export async function runCall(options: CallOptions): Promise<CallResult> {
  const { scenario, seed, authorization, routers = [], observed: watched = false, progress, signal } = options;
  const { people: planned, seconds } = scenario;
  await using cleanUp = new AsyncDisposableStack();
  progress('Building the participant page');
  await buildHarness();
  const harness = cleanUp.use(await HarnessServer.start());
  if (routers.length === 0) progress('Starting a router');
  const own = routers.length === 0 ? cleanUp.use(await OwnRouter.start()) : undefined;
  const router = await routersAt(own === undefined ? routers : [own.url]);
  const names = planned.map(
    ({ network: name }, index) => name ?? (isDialledLater(scenario, index + 1) ? 'good' : null),
  );
  const isDialled = names.some((name) => name !== null);
  if (isDialled && routers.length > 1) throw new ToolError('A network leads to one router: name one, or dial none.');
  const network = isDialled ? cleanUp.use(new DialledNetwork(router.routerUrl, seed)) : undefined;
  signal.throwIfAborted();
  progress('Starting the browser');
  const { browser } = cleanUp.use(await TestBrowser.launch({ path: options.browser }));
  const picture = { ...affordable(planned.length), ...given(options) };
  const place = { browser, pageUrl: harness.url, router, authorization, watched, ...picture };
  const people: Person[] = [];
  for (const [index, name] of names.entries()) {
    const line = name === null ? undefined : await network?.line(index + 1, name);
    people.push(await Person.open(index + 1, place, line));
  }
  const link = (await people[0]?.newLink()) ?? '';
  const meter = watched && own !== undefined ? cleanUp.use(new CostMeter(own.pid)) : undefined;
  const happened: Happening[] = [];
  const happens = (who: number, does: Happening['does'], what = ''): void => {
    happened.push({ who, does, what, atMs: performance.now() });
  };
  for (const person of people) {
    signal.throwIfAborted();
    if (planned[person.number - 1]?.joins !== undefined) continue;
    progress(`Participant ${person.number} joins`);
    happens(person.number, 'join');
    await person.join(link);
  }
  progress('Waiting for the first frames');
  const sampler = cleanUp.use(new Sampler(people));
  await settled(people, sampler, signal);
  progress(`Measuring for ${seconds} s`);
  await network?.begin();
  const memory = seconds < leastSeconds ? undefined : cleanUp.use(new MemoryWatch(people, own?.pid));
  const startMs = performance.now();
  const performed: Performed[] = [];
  const startedAtMs = Date.now();
  const timer = setInterval(() => {
    options.measured?.((performance.now() - startMs) / 1_000);
  }, betweenTellingMs);
  cleanUp.defer(() => {
    clearInterval(timer);
  });
  const until = (at: number): Promise<unknown> =>
    wait(Math.max(0, startMs + at * 1_000 - performance.now()), undefined, { signal });
  for (const event of scenario.events) {
    await until(event.at);
    progress(`${event.at} s: ${inWords(event)}`);
    happens(event.who, event.does, chosenIn(event));
    // The others go on meanwhile: joining takes longer than the time between two events.
    const perform = (fromMs: number, toMs: number): void => {
      performed.push({ event, from: (fromMs - startMs) / 1_000, to: (toMs - startMs) / 1_000 });
    };
    people[event.who - 1]?.act(event, link, perform).catch((error: unknown) => {
      progress(`Participant ${event.who} could not: ${error instanceof Error ? error.message : ''}`);
    });
  }
  await until(seconds);
  clearInterval(timer);
  const samples = await sampler.stop(startMs);
  const cost = (await meter?.stop(startMs)) ?? null;
  const result = reportOf({
    scenario,
    performed,
    joinMs: people.map(({ joinMs }) => joinMs ?? null),
    samples,
    network: network === undefined ? null : { seed, ...(await network.report()) },
    memory: (await memory?.stop()) ?? [],
  });
  const complaints = people.flatMap(({ number, tab }) => tab.complaints.map((text) => `${number}'s page: ${text}`));
  const observed: Observed | undefined = watched
    ? {
        ...picture,
        ...(await seenBy(people, startedAtMs)),
        happenings: happened.map((happening) => ({ ...happening, atMs: Math.round(happening.atMs - startMs) })),
        cost,
        complaints: complaints.length,
        environment: await environment(browser),
      }
    : undefined;
  progress('Leaving');
  await Promise.all(people.filter(({ inCall }) => inCall).map((person) => person.leave()));
  const faults = result.report.verdicts.flatMap((verdict) => verdict.faults);
  return { scenario, ...result, observed, missing: [...faults, ...complaints] };
}

function given({ height, framesPerSecond }: CallOptions): { height?: number; framesPerSecond?: number } {
  return {
    ...(height !== undefined && { height }),
    ...(framesPerSecond !== undefined && { framesPerSecond }),
  };
}

/** Who is to have another network later has a line from the beginning: nobody changes the way in the middle of a call. */
function isDialledLater({ events }: Scenario, number: number): boolean {
  return events.some(({ who, does }) => who === number && does === 'network');
}

function inWords(event: ScenarioEvent): string {
  return `participant ${event.who}: ${event.does} ${chosenIn(event)}`.trimEnd();
}

function chosenIn(event: ScenarioEvent): string {
  return event.does === 'network' ? event.network : event.does === 'tiles' ? `${event.height} pixels` : '';
}

/** Until everybody has decoded something of everybody's camera and microphone, or the time is up: who has not is in the report. */
async function settled(people: readonly Person[], sampler: Sampler, signal: AbortSignal): Promise<void> {
  const present = people.filter(({ inCall }) => inCall);
  const hasAll = ({ number }: Person): boolean =>
    sampler.latest(number).filter(({ firstFrameMs }) => firstFrameMs !== undefined).length >= 2 * (present.length - 1);
  const deadline = performance.now() + settleMs;
  while (!present.every(hasAll) && performance.now() < deadline) await wait(betweenLooksMs, undefined, { signal });
}
