import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestBrowser } from './browser.ts';
import { HarnessServer } from './harness-page.ts';
import type { PlottedCall, Plotter } from './plot-api.ts';
import type { CallResult } from './run-call.ts';
import { cutsOn } from './verdicts.ts';

/**
 * Writes what came of a call into a directory, which is made if it is not there: `report.json`, with every stream over time,
 * and `over-time.svg`, a picture of the videos. `browser`: as for the call.
 */
export async function writeResults(directory: string, result: CallResult, browser: string | undefined): Promise<void> {
  const { report, courses } = result;
  await mkdir(directory, { recursive: true });
  const streams = report.streams.map((stream, index) => ({ ...stream, overTime: courses[index]?.points ?? [] }));
  await writeFile(join(directory, 'report.json'), `${JSON.stringify({ ...report, streams }, undefined, 1)}\n`);
  await writeFile(join(directory, 'over-time.svg'), await plot(plottedCall(result), browser));
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
function plottedCall({ report: { participants, seconds, network }, courses, lines }: CallResult): PlottedCall {
  const dialled = network?.lines ?? [];
  const [first, ...others] = dialled;
  const isAlike = dialled.length === participants && others.every((line) => line.network === first?.network);
  const networks = isAlike
    ? `all on ${first?.network ?? ''}`
    : dialled.map((line) => `${line.participant} on ${line.network}`).join(', ');
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
    cuts: lines.flatMap((line) => cutsOn(line).map((cut) => ({ to: line.who, ...cut }))),
  };
}
