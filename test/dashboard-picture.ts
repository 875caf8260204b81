/**
 * Takes the picture of the dashboard in deploy/README.md: `node test/dashboard-picture.ts`. Grafana is not needed for it: the
 * router's own metrics tell a made-up day of a busy router, a real Prometheus answers what the dashboard's panels ask, and
 * what it answers is drawn, panel by panel, where the dashboard has them. Needs Debian's prometheus, and Chromium.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type * as PlotModule from '@observablehq/plot';
import { TestBrowser } from '../src/tools/call/browser.ts';
import { madeUpDay } from './support/made-up-day.ts';
import { freePort } from './support/test-router.ts';

const picture = new URL('pictures/dashboard.png', import.meta.url).pathname;

interface Panel {
  readonly type: 'stat' | 'timeseries';
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

/** One line of a panel: its name, and its values in time. */
interface Drawn {
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'sotto-dashboard-'));
stack.defer(() => rm(folder, { recursive: true }));
const { text, fromS, untilS } = await madeUpDay();
await writeFile(join(folder, 'day.txt'), text);
await writeFile(join(folder, 'none.yml'), '{}');
execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', 'day.txt', 'data'], { cwd: folder });

const port = await freePort();
const address = `127.0.0.1:${port}`;
const prometheus = spawn(
  'prometheus',
  [
    '--config.file=none.yml',
    '--storage.tsdb.path=data',
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=${address}`,
  ],
  { cwd: folder, stdio: 'ignore' },
);
stack.defer(async () => {
  prometheus.kill();
  await once(prometheus, 'exit');
});
while (
  !(await fetch(`http://${address}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  ))
)
  await after(100);

/** What Prometheus answers to a panel's queries, over the day. */
async function answersTo({ targets }: Panel): Promise<Drawn[]> {
  const all = await Promise.all(
    targets.map(async ({ expr, legendFormat = '' }) => {
      const query = expr.replaceAll('$instance', '.*');
      const asked = new URLSearchParams({ query, start: `${fromS + 7_200}`, end: `${untilS}`, step: '120' });
      const { data } = (await (await fetch(`http://${address}/api/v1/query_range?${asked}`)).json()) as Answer;
      return data.result.map(({ metric, values }) => ({
        name: legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
        points: values.map(([at, value]) => ({ at: at * 1_000, value: Number(value) })),
      }));
    }),
  );
  return all.flat();
}

const dashboard = JSON.parse(await readFile(new URL('../deploy/watch/dashboard.json', import.meta.url), 'utf8')) as {
  panels: readonly Panel[];
};
const drawn = await Promise.all(dashboard.panels.map(async (panel) => ({ panel, lines: await answersTo(panel) })));

const { browser } = stack.use(await TestBrowser.launch());
const page = await browser.newPage();
await page.setViewport({ width: 1_200, height: 800, deviceScaleFactor: 1 });
await page.setContent(
  '<style>body { margin: 0; background: #f4f5f5; font: 13px sans-serif; height: 1210px } figure { margin: 0 }</style>',
);
for (const script of ['d3/dist/d3.min.js', '@observablehq/plot/dist/plot.umd.min.js'])
  await page.addScriptTag({ path: new URL(`../node_modules/${script}`, import.meta.url).pathname });
await page.evaluate((panels) => {
  const { Plot } = globalThis as unknown as { Plot: typeof PlotModule };
  const unit = { width: 50, height: 30 };
  const short = (value: number, of: string): string => {
    if (of === 'percentunit') return `${Math.round(value * 100)} %`;
    if (of === 'd') return `${Math.round(value)} days`;
    if (of === 's') return `${Number((value * 1_000).toPrecision(3))} ms`;
    for (const [letter, size] of [
      ['G', 1e9],
      ['M', 1e6],
      ['k', 1e3],
    ] as const)
      if (value >= size) return `${Math.round((value / size) * 10) / 10} ${letter}`;
    return `${Math.round(value * 10) / 10}`;
  };
  for (const { panel, lines } of panels) {
    const { x, y, w, h } = panel.gridPos;
    const { unit: of } = panel.fieldConfig.defaults;
    const box = document.createElement('div');
    const place = {
      left: x * unit.width + 3,
      top: y * unit.height + 3,
      width: w * unit.width - 6,
      height: h * unit.height - 6,
    };
    box.style.cssText =
      'position: absolute; box-sizing: border-box; background: #fff; padding: 6px 8px; border-radius: 2px';
    for (const [name, value] of Object.entries(place)) box.style.setProperty(name, `${value}px`);
    const title = document.createElement('b');
    title.textContent = panel.title;
    box.append(title);
    if (panel.type === 'stat') {
      const value = document.createElement('div');
      value.style.cssText = 'font-size: 40px; text-align: center; line-height: 70px';
      value.textContent = short(lines[0]?.points.at(-1)?.value ?? NaN, of);
      box.append(value);
    } else {
      const rows = lines.flatMap(({ name, points }) => points.map((point) => ({ ...point, name })));
      box.append(
        Plot.plot({
          width: place.width - 16,
          height: place.height - 62,
          marginLeft: 50,
          marginTop: 8,
          x: { type: 'utc', label: null, ticks: 6 },
          y: { label: null, grid: true, zero: true, ticks: 5, tickFormat: (value: number) => short(value, of) },
          color: { domain: lines.map(({ name }) => name), legend: true, scheme: 'Observable10' },
          marks: [Plot.lineY(rows, { x: 'at', y: 'value', stroke: 'name', strokeWidth: 1.2 })],
        }),
      );
    }
    document.body.append(box);
  }
}, drawn);
await page.screenshot({ path: picture, fullPage: true });
