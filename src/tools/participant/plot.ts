import * as Plot from '@observablehq/plot';
import type { PlottedCall } from '../call/outcome/plotted-call.ts';
import type { Plotter } from '../call/plot-api.ts';
import { report } from './report/report.tsx';

/** Of one plot, in pixels: a column for each figure, a row for each receiver. */
const width = 380;
const rowHeight = 104;
const margin = { top: 64, between: 24, left: 52, bottom: 40 };

type Figure = 'height' | 'bitrate' | 'framesPerSecond';

const figures = [
  { figure: 'height', label: 'lines of the picture' },
  { figure: 'bitrate', label: 'kbit/s' },
  { figure: 'framesPerSecond', label: 'frames a second' },
] as const;

/** Ink and paper by what the reader's screen is like. */
const style = `
  svg { color: #1c1e26; background: #fff; font: 12px system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { svg { color: #e4e6ee; background: #14161c; } }
`;

function overTime(call: PlottedCall): string {
  const senders = [...new Set(call.points.map(({ from }) => from))].toSorted();
  const columns = figures.map(({ figure, label }) => column(call, senders, figure, label));
  const total = columns.length * (width + margin.between) + margin.between;
  const height = margin.top + Number(columns[0]?.getAttribute('height') ?? 0);
  const document = element('svg', { width: total, height, viewBox: `0 0 ${total} ${height}` });
  document.append(
    element('style', {}, style),
    element(
      'text',
      { x: margin.between, y: 26, fill: 'currentColor', 'font-size': 16, 'font-weight': 600 },
      call.title,
    ),
    ...legend(columns[0], senders),
  );
  for (const [index, plot] of columns.entries()) {
    plot.setAttribute('x', String(margin.between + index * (width + margin.between)));
    plot.setAttribute('y', String(margin.top));
    document.append(plot);
  }
  return new XMLSerializer().serializeToString(document);
}

type Column = SVGSVGElement & Plot.Plot;

function column(
  { points, seconds, cuts }: PlottedCall,
  senders: readonly string[],
  figure: Figure,
  label: string,
): Column {
  const receivers = [...new Set(points.map(({ to }) => to))].toSorted((a, b) => a - b);
  const across = { x: 'at', y: figure, z: 'from', stroke: 'from', fy: 'to' } as const;
  // Frames come one by one: in a quarter of a second there are three or four, and the mean of a second says more.
  const line = figure === 'framesPerSecond' ? Plot.windowY({ k: 4, anchor: 'end' }, across) : across;
  // Pictures often have the same size: their lines lie beside each other.
  const lines =
    figure === 'height'
      ? senders.map((from, index) =>
          Plot.line(
            points.filter((point) => point.from === from),
            { ...line, curve: 'step-before', strokeWidth: 1.6, dy: 2 * (index - (senders.length - 1) / 2) },
          ),
        )
      : [Plot.line(points, { ...line, strokeWidth: 1.6 })];
  return Plot.plot({
    width,
    height: receivers.length * rowHeight + margin.bottom,
    marginLeft: margin.left,
    marginBottom: margin.bottom,
    marginRight: 42,
    x: { domain: [0, seconds], label: 'seconds' },
    y: { label, grid: true, zero: true, ticks: 4, nice: true },
    fy: { domain: receivers, label: null, padding: 0.15, tickFormat: (to: number) => `to ${to}` },
    color: { domain: [...senders] },
    marks: [
      Plot.rectX(cuts, {
        x1: ({ fromMs }: { fromMs: number }) => fromMs / 1_000,
        x2: ({ toMs }: { toMs: number }) => toMs / 1_000,
        fy: 'to',
        fill: 'currentColor',
        fillOpacity: 0.12,
      }),
      ...lines,
      Plot.frame({ strokeOpacity: 0.25 }),
    ],
  }) as Column;
}

/** Which colour is whose. */
function legend(plot: Column | undefined, senders: readonly string[]): SVGElement[] {
  const colours = plot?.scale('color');
  return senders.flatMap((from, index) => {
    const x = margin.between + index * 130;
    return [
      element('rect', { x, y: 40, width: 14, height: 4, fill: String(colours?.apply(from)) }),
      element('text', { x: x + 20, y: 46, fill: 'currentColor' }, `from ${from}`),
    ];
  });
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

const plotter: Plotter = { overTime, report };
Object.assign(globalThis, { sottoPlot: plotter });
