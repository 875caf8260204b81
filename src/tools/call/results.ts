import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestBrowser } from './browser.ts';
import type { Course } from './course.ts';
import { HarnessServer } from './harness-page.ts';
import { cutsOf } from './network/profile.ts';
import { profiles } from './network/profiles.ts';
import type { PlottedCall, Plotter } from './plot-api.ts';
import type { CallReport } from './report.ts';
import type { CallResult } from './run-call.ts';

/**
 * Writes what came of a call into a directory, which is made if it is not there: `report.json`, with every stream over time,
 * and `over-time.svg`, a picture of the videos. `browser`: as for the call.
 */
export async function writeResults(directory: string, result: CallResult, browser: string | undefined): Promise<void> {
  const { report, courses } = result;
  await mkdir(directory, { recursive: true });
  const streams = report.streams.map((stream, index) => ({ ...stream, overTime: courses[index]?.points ?? [] }));
  await writeFile(join(directory, 'report.json'), `${JSON.stringify({ ...report, streams }, undefined, 1)}\n`);
  await writeFile(join(directory, 'over-time.svg'), await plot(plottedCall(report, courses), browser));
}

/** The plotting library needs a browser; there is one anyway. */
async function plot(call: PlottedCall, path: string | undefined): Promise<string> {
  await using pages = await HarnessServer.start();
  await using launched = await TestBrowser.launch({ path });
  const page = await launched.browser.newPage();
  await page.goto(`${pages.url}plot.html`);
  await page.waitForFunction('globalThis.sottoPlot !== undefined');
  return await page.evaluate(
    (data) => (globalThis as unknown as { sottoPlot: Plotter }).sottoPlot.overTime(data),
    call,
  );
}

/** The videos of the measured time. */
function plottedCall({ participants, seconds, network }: CallReport, courses: readonly Course[]): PlottedCall {
  const lines = network?.lines ?? [];
  const [first, ...others] = lines;
  const isAlike = lines.length === participants && others.every((line) => line.network === first?.network);
  const networks = isAlike
    ? `all on ${first?.network ?? ''}`
    : lines.map((line) => `${line.participant} on ${line.network}`).join(', ');
  return {
    title: `A call of ${participants}${networks === '' ? '' : `: ${networks}`}`,
    seconds,
    points: courses
      .filter(({ source }) => source === 'camera' || source === 'screen')
      .flatMap(({ from, to, source, points }) =>
        points
          .filter(({ atMs, forMs }) => atMs >= 0 && atMs <= seconds * 1_000 && forMs > 0)
          .map(({ atMs, forMs, height, bitrate, frames }) => ({
            from: source === 'camera' ? `${from}` : `${from} ${source}`,
            to,
            at: atMs / 1_000,
            height,
            bitrate: bitrate / 1_000,
            framesPerSecond: (frames * 1_000) / forMs,
          })),
      ),
    cuts: lines.flatMap((line) =>
      cutsOf(profiles[line.network], seconds).map((cut) => ({ to: line.participant, ...cut })),
    ),
  };
}
