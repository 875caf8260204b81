import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { nearestColour } from '../../src/tools/call/harness-api.ts';
import type { ShownCall } from '../../src/tools/call/outcome/shown-call.ts';
import type { CallReport } from '../../src/tools/call/report.ts';

const tool = new URL('../../src/tools/main.ts', import.meta.url).pathname;

test('the report that the tool writes shows what was measured, and needs nothing but itself', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sotto-report-'));
  stack.defer(() => rm(directory, { recursive: true }));
  const scenario = join(directory, 'three.json');
  const happening = { seconds: 8, people: [{}, {}, {}], events: [{ at: 4, who: 3, does: 'leave' }] };
  await writeFile(scenario, JSON.stringify(happening));
  const args = [tool, 'call', '--scenario', scenario, '--height', '180', '--fps', '15', '--out', directory, '--json'];
  // On a machine that is too busy the call may not be good: the report has to be true all the same.
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    (error: unknown) => error as { stdout: string },
  );
  const said = JSON.parse(stdout) as CallReport;
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  const json = JSON.parse(await read('report.json')) as CallReport & ShownCall;
  expect({ ok: json.ok, joinMs: json.joinMs, verdicts: json.verdicts }).toEqual({
    ok: said.ok,
    joinMs: said.joinMs,
    verdicts: said.verdicts,
  });
  expect((await read('report.junit.xml')).match(/<testsuite /g)).toHaveLength(said.verdicts.length);

  // What the browser was asked besides: who opened whom under which key, and what the router's processes used.
  expect(json.joins.map(({ who, first }) => [who, first.length])).toEqual([
    [1, 0],
    [2, 2],
    [3, 4],
  ]);
  for (const { marks } of json.joins) {
    const { socketMs = 0, admittedMs = 0, joinedMs = 0 } = marks;
    expect(socketMs).toBeGreaterThan(0);
    expect(admittedMs).toBeGreaterThan(socketMs);
    expect(joinedMs).toBeGreaterThan(admittedMs);
  }
  const left = json.rekeys.filter(({ why }) => why === 'leave');
  expect(left.map(({ to, from }) => `${to} ← ${from}`).toSorted()).toEqual(['1 ← 2', '2 ← 1']);
  const { cost } = json;
  expect(cost?.length).toBeGreaterThan(4);
  for (const { routerBytes, mediaBytes } of cost ?? [])
    expect(Math.min(routerBytes, mediaBytes)).toBeGreaterThan(2 ** 20);
  expect(cost?.some(({ mediaCpu }) => mediaCpu > 0)).toBe(true);

  const { browser } = stack.use(await TestBrowser.launch());
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(join(directory, 'report.html')).href);
  expect(asked.filter((url) => !url.startsWith('data:'))).toHaveLength(1);
  expect(await page.$$('script, link, iframe')).toEqual([]);

  const verdicts = await page.$$eval('.verdicts tbody tr', (rows) =>
    rows.map((row) => [row.dataset['rule'], row.cells[0]?.textContent, row.cells[2]?.textContent]),
  );
  const outcome = (ok: boolean, judged: number): string =>
    judged === 0 ? '– not asked' : ok ? '✓ passed' : '✗ failed';
  expect(verdicts).toEqual(said.verdicts.map(({ rule, ok, judged, figure }) => [rule, outcome(ok, judged), figure]));

  const cells = await page.$$eval('.matrix [data-from] [data-of=camera]', (cameras) =>
    cameras.map((camera) => {
      const { from, to } = camera.closest<HTMLElement>('[data-from]')?.dataset ?? {};
      return `${from} → ${to} ${camera.textContent}`;
    }),
  );
  const cameras = said.streams.filter(({ source }) => source === 'camera');
  expect(cells.toSorted()).toEqual(
    cameras
      .map(({ from, to, framesPerSecond, frameWidth, frameHeight, freezes, freezeSeconds }) => {
        const still = freezes === 0 ? 'no freeze' : `${freezes} × frozen, ${freezeSeconds.toFixed(1)} s`;
        return `${from} → ${to} ${framesPerSecond.toFixed(1)} fps, ${frameWidth}×${frameHeight}${still}`;
      })
      .toSorted(),
  );

  // Who left is in no picture of the end, and of the other two each sees the other.
  const seen = await page.$$eval('.pictures img', (images) =>
    images.map((image): [string, readonly [number, number, number]] => {
      const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
      context?.drawImage(image, 0, 0);
      const { data } = context?.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1) ?? {};
      return [image.alt, [data?.[0] ?? 0, data?.[1] ?? 0, data?.[2] ?? 0]];
    }),
  );
  expect(seen.map(([of, colour]) => `${of}: ${nearestColour(colour, 3)}`)).toEqual([
    'What participant 1 saw: 2',
    'What participant 2 saw: 1',
  ]);
  expect(await page.$$eval('svg[role=img]', (charts) => charts.length)).toBe(6);

  const text = await page.$eval('body', (body) => body.innerText);
  expect(text).toContain('sotto call --scenario three.json --height 180 --fps 15 --out …');
  for (const named of [/\d+\.\d+\.\d+\.\d+:/, /127\.0\.0/, /localhost/, /https?:/, /[\w-]{43}/, directory])
    expect(text).not.toMatch(named);
});
