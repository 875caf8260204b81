import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { wellKnown } from '../../shared/protocol/admission.ts';
import { TestBrowser, ToolError } from './browser.ts';
import type { HarnessStream } from './harness-api.ts';
import { buildHarness, HarnessServer } from './harness-page.ts';
import { OwnRouter } from './own-router.ts';
import { reportOf, type CallReport } from './report.ts';
import { ParticipantTab } from './tab.ts';

/** How long the first frames of everybody may take after the last join, in ms, before the measuring begins anyway. */
const settleMs = 15_000;

export interface CallOptions {
  readonly participants: number;
  /** How long to measure, from when everybody receives everybody. */
  readonly seconds: number;
  /** Address of a running router; without it one is started, and stopped afterwards. */
  readonly router?: string | undefined;
  /** Path of a Chromium; without it the usual places are looked at. */
  readonly browser?: string | undefined;
  /** The Authorization header for the issuer of a router that asks for tokens. */
  readonly authorization?: string | undefined;
  /** Of each picture, in pixels, and how many of them a second; without them what two cores can carry. */
  readonly height?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  /** Told of each step, in words. */
  readonly progress: (step: string) => void;
  /** Aborting ends everything in order. */
  readonly signal: AbortSignal;
}

/** What two cores can encode, decode and encrypt for that many participants. */
function affordable(participants: number): { height: number; framesPerSecond: number } {
  return participants <= 3 ? { height: 360, framesPerSecond: 20 } : { height: 180, framesPerSecond: 15 };
}

/**
 * Has headless browsers make a real call, and reports what each received of each other. Everything that was started is
 * ended, whatever happens. Rejects with ToolError when the call could not be made at all.
 */
export async function runCall(options: CallOptions): Promise<{ report: CallReport; missing: readonly string[] }> {
  const { participants, seconds, authorization, progress, signal } = options;
  const { height, framesPerSecond } = { ...affordable(participants), ...given(options) };
  await using cleanUp = new AsyncDisposableStack();
  progress('Building the participant page');
  await buildHarness();
  const harness = cleanUp.use(await HarnessServer.start());
  if (options.router === undefined) progress('Starting a router');
  const router = options.router ?? cleanUp.use(await OwnRouter.start()).url;
  const { routerKey, admission } = await describedBy(router);
  signal.throwIfAborted();
  progress('Starting the browser');
  const { browser } = cleanUp.use(await TestBrowser.launch({ path: options.browser }));
  const tabs: ParticipantTab[] = [];
  const joinMs: number[] = [];
  let link: string | undefined;
  for (let number = 1; number <= participants; number += 1) {
    signal.throwIfAborted();
    progress(`Participant ${number} joins`);
    const tab = await ParticipantTab.open(browser, harness.url);
    tabs.push(tab);
    link ??= await tab.do('newLink', { routerUrl: router, routerKey });
    joinMs.push(
      await tab.do('join', { link, routerUrl: router, admission, authorization, number, height, framesPerSecond }),
    );
  }
  progress('Waiting for the first frames');
  await settled(tabs, participants, signal);
  progress(`Measuring for ${seconds} s`);
  const statistics = (): Promise<(readonly HarnessStream[])[]> => Promise.all(tabs.map((tab) => tab.do('statistics')));
  const startedMs = performance.now();
  const before = await statistics();
  await wait(seconds * 1_000, undefined, { signal });
  const after = await statistics();
  const measured = { seconds: (performance.now() - startedMs) / 1_000, joinMs, before, after };
  const { report, missing } = reportOf(measured);
  const complaints = tabs.flatMap((tab, index) => tab.complaints.map((text) => `${index + 1}'s page: ${text}`));
  progress('Leaving');
  await Promise.all(tabs.map((tab) => tab.do('leave')));
  return { report: { ...report, seconds }, missing: [...missing, ...complaints] };
}

function given({ height, framesPerSecond }: CallOptions): { height?: number; framesPerSecond?: number } {
  return {
    ...(height !== undefined && { height }),
    ...(framesPerSecond !== undefined && { framesPerSecond }),
  };
}

/** The router's own word for its key and its issuer: a tester trusts the router that is being tested. Rejects with ToolError. */
async function describedBy(router: string): Promise<z.output<typeof wellKnown>> {
  let described: unknown;
  try {
    const response = await fetch(new URL('/.well-known/sotto.json', router));
    described = await response.json();
  } catch (error) {
    throw new ToolError(`No router answers at ${router}.`, { cause: error });
  }
  const { data } = wellKnown.safeParse(described);
  if (data === undefined) throw new ToolError(`What answers at ${router} is no router of Sotto.`);
  return data;
}

/** Until everybody has decoded something of everybody's camera and microphone, or the time is up. */
async function settled(tabs: readonly ParticipantTab[], participants: number, signal: AbortSignal): Promise<void> {
  const all = (streams: readonly HarnessStream[]): boolean =>
    streams.filter(({ firstFrameMs }) => firstFrameMs !== undefined).length >= 2 * (participants - 1);
  const waits = tabs.map((tab) => tab.until('statistics', [], all, settleMs));
  // Who has nothing by then is in the report.
  await Promise.race([Promise.allSettled(waits), once(signal, 'abort')]);
  signal.throwIfAborted();
}
