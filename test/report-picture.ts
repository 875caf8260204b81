import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TestBrowser } from '../src/tools/call/browser.ts';
import { writeResults } from '../src/tools/call/results.ts';
import { runCall } from '../src/tools/call/run-call.ts';
import { readScenario } from '../src/tools/call/scenario/scenario.ts';

/** Takes README's picture of a report, down to its matrix: `node test/report-picture.ts`. Needs a media worker. */
const picture = fileURLToPath(new URL('pictures/report.png', import.meta.url));
const scenario = readScenario(
  JSON.stringify({
    seconds: 26,
    people: [{}, { network: 'cut-5s' }, {}, { joins: 14 }],
    events: [
      { at: 2, who: 1, does: 'share' },
      { at: 12, who: 3, does: 'camera-off' },
      { at: 17, who: 3, does: 'camera-on' },
      { at: 20, who: 1, does: 'leave' },
    ],
  }),
);

await using stack = new AsyncDisposableStack();
const directory = await mkdtemp(join(tmpdir(), 'sotto-picture-'));
stack.defer(() => rm(directory, { recursive: true }));
const result = await runCall({
  scenario,
  seed: '1',
  observed: true,
  progress: () => undefined,
  signal: new AbortController().signal,
});
await writeResults(directory, result, { command: 'sotto call --scenario four.json --out report' });
const { browser } = stack.use(await TestBrowser.launch());
const page = await browser.newPage();
await page.setViewport({ width: 1_200, height: 800, deviceScaleFactor: 1 });
await page.goto(pathToFileURL(join(directory, 'report.html')).href);
const height = await page.$eval('.matrix', (matrix) => Math.ceil(matrix.getBoundingClientRect().bottom) + 32);
await page.screenshot({ path: picture, captureBeyondViewport: true, clip: { x: 0, y: 0, width: 1_200, height } });
