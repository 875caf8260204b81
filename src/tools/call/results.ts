import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestBrowser } from './browser.ts';
import { HarnessServer } from './harness-page.ts';
import { junitOf } from './outcome/junit.ts';
import { plottedCall } from './outcome/plotted-call.ts';
import { shownCall } from './outcome/shown-call.ts';
import type { Plotter } from './plot-api.ts';
import type { CallResult } from './run-call.ts';

/**
 * Writes what came of a call into a directory, which is made if it is not there: `report.json`, with every stream over time,
 * `over-time.svg`, a picture of the videos, `report.junit.xml`, and, of a call that was observed, `report.html`. `browser`: as
 * for the call. `command`: how it was asked for, without addresses.
 */
export async function writeResults(
  directory: string,
  result: CallResult,
  { browser, command }: { readonly browser?: string | undefined; readonly command: string },
): Promise<void> {
  const { report, courses, findings, observed } = result;
  const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);
  await mkdir(directory, { recursive: true });
  const streams = report.streams.map((stream, index) => ({ ...stream, overTime: courses[index]?.points ?? [] }));
  const shown = observed && shownCall(result, observed, command);
  const { happenings, joins, rekeys, cost, environment } = shown ?? {};
  const json = { ...report, streams, command, happenings, joins, rekeys, cost, environment };
  await write('report.json', `${JSON.stringify(json, undefined, 1)}\n`);
  await write('report.junit.xml', junitOf(findings, report.seconds));
  // The plotting library needs a browser; there is one anyway.
  await using pages = await HarnessServer.start();
  await using launched = await TestBrowser.launch({ path: browser });
  const page = await launched.browser.newPage();
  await page.goto(`${pages.url}plot.html`);
  await page.waitForFunction('globalThis.sottoPlot !== undefined');
  const overTime = await page.evaluate(
    (call) => (globalThis as unknown as { sottoPlot: Plotter }).sottoPlot.overTime(call),
    plottedCall(result),
  );
  await write('over-time.svg', overTime);
  if (shown === undefined) return;
  const html = await page.evaluate(
    (call, svg) => (globalThis as unknown as { sottoPlot: Plotter }).sottoPlot.report(call, svg),
    shown,
    overTime,
  );
  await write('report.html', html);
}
