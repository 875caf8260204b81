import * as Plot from '@observablehq/plot';
import type { Join } from '../../call/outcome/joins.ts';
import type { Rekey } from '../../call/outcome/rekeys.ts';
import type { ShownCall } from '../../call/outcome/shown-call.ts';
import type { Row, State } from '../../call/outcome/strip.ts';

/** Of every chart, in pixels; what shares a time axis has the same margins. */
const width = 1_040;
const margins = { marginLeft: 132, marginRight: 24 };
const rowHeight = 15;
const style = { fontSize: '12px', background: 'none' };

/** How each state is called and drawn: the worse, the more it stands out, also without colours. */
export const states: Readonly<Record<State, { readonly words: string; readonly colour: string }>> = {
  full: { words: 'as high as it is sent, or heard', colour: 'var(--full)' },
  low: { words: 'a smaller layer', colour: 'var(--low)' },
  frozen: { words: 'stands still, or silent, for 0.5 s or more', colour: 'var(--frozen)' },
  closed: { words: 'frames that could not be opened', colour: 'var(--closed)' },
  paused: { words: 'paused for this line, or not shown', colour: 'var(--paused)' },
  awaited: { words: 'on, not there yet', colour: 'var(--awaited)' },
  none: { words: 'not expected', colour: 'var(--none)' },
};

/** Steps of a join up to each mark, and how they are drawn. */
export const steps = [
  { mark: 'page', words: 'page loaded, before the click', colour: 'var(--paused)' },
  { mark: 'socket', words: 'socket open', colour: 'var(--step-1)' },
  { mark: 'admitted', words: 'let in by the router', colour: 'var(--step-2)' },
  { mark: 'key', words: 'first key held (handshake done)', colour: 'var(--step-3)' },
  { mark: 'joined', words: 'joined', colour: 'var(--step-4)' },
] as const;

export const whyColours = { join: 'var(--full)', leave: 'var(--frozen)' } as const;
export const processColours = { router: 'var(--full)', media: 'var(--frozen)' } as const;

/** What was done to whom, and when lines were cut, participant by participant. */
export function happeningsPlot({ participants, seconds, happenings, cuts }: ShownCall): string {
  const lanes = Array.from({ length: participants }, (_, index) => `participant ${index + 1}`);
  const lane = ({ who }: { who: number }): string => `participant ${who}`;
  return drawn({
    height: lanes.length * 26 + 30,
    marginTop: 6,
    x: { domain: [0, seconds], label: null },
    y: { domain: lanes, label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(lanes, { stroke: 'currentColor', strokeOpacity: 0.15 }),
      Plot.barX(cuts, {
        x1: inSeconds('fromMs'),
        x2: inSeconds('toMs'),
        y: lane,
        fill: 'var(--cut)',
        insetTop: 4,
        insetBottom: 4,
      }),
      Plot.text(cuts, {
        x: (cut: { fromMs: number; toMs: number }) => (cut.fromMs + cut.toMs) / 2_000,
        y: lane,
        text: () => 'cut',
        fill: 'var(--paper)',
        fontSize: 10,
      }),
      Plot.tickX(happenings, {
        x: inSeconds('atMs'),
        y: lane,
        stroke: 'currentColor',
        strokeWidth: 2,
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.text(happenings, {
        x: inSeconds('atMs'),
        y: lane,
        text: ({ does, what }: ShownCall['happenings'][number]) => `${does} ${what}`.trimEnd(),
        textAnchor: 'start',
        dx: 4,
        fill: 'currentColor',
        stroke: 'var(--paper)',
        strokeWidth: 3,
      }),
    ],
  });
}

/** Receivers and their senders over time. */
export function stripPlot({ strip, seconds, happenings }: ShownCall): string {
  const stretches = strip.flatMap((row) => row.stretches.map((stretch) => ({ ...stretch, row: nameOf(row) })));
  const cuts = strip.flatMap((row) => row.cuts.map((cut) => ({ ...cut, row: nameOf(row) })));
  // A gap between two receivers.
  const rows = strip.flatMap((row, index) => {
    const before = strip[index - 1];
    return before === undefined || before.to === row.to ? [nameOf(row)] : [` `.repeat(row.to), nameOf(row)];
  });
  return drawn({
    height: rows.length * rowHeight + 46,
    marginTop: 6,
    marginBottom: 40,
    x: { domain: [0, seconds], label: 'seconds' },
    y: { domain: rows, label: null, tickSize: 0, padding: 0.16 },
    marks: [
      Plot.barX(stretches, {
        x1: inSeconds('fromMs'),
        x2: inSeconds('toMs'),
        y: 'row',
        fill: ({ state }: { state: State }) => states[state].colour,
        title: ({ row, state, fromMs, toMs }: (typeof stretches)[number]) =>
          `${row}: ${states[state].words}, ${(fromMs / 1_000).toFixed(1)} to ${(toMs / 1_000).toFixed(1)} s`,
      }),
      Plot.barX(cuts, {
        x1: inSeconds('fromMs'),
        x2: inSeconds('toMs'),
        y: 'row',
        fill: 'none',
        stroke: 'currentColor',
        strokeWidth: 1.4,
      }),
      Plot.ruleX(happenings, { x: inSeconds('atMs'), stroke: 'currentColor', strokeDasharray: '2 3' }),
    ],
  });
}

/** What the router's processes used, over the same time. */
export function costPlots(cost: NonNullable<ShownCall['cost']>, seconds: number): { cpu: string; memory: string } {
  const line = (label: string, router: number[], media: number[]): string =>
    drawn({
      height: 130,
      marginBottom: 36,
      x: { domain: [0, seconds], label: 'seconds' },
      y: { label, zero: true, grid: true, ticks: 4, nice: true },
      marks: [
        Plot.line(cost, { x: inSeconds('atMs'), y: router, stroke: processColours.router, strokeWidth: 2 }),
        Plot.line(cost, {
          x: inSeconds('atMs'),
          y: media,
          stroke: processColours.media,
          strokeWidth: 2,
          strokeDasharray: '5 3',
        }),
      ],
    });
  return {
    cpu: line(
      '% of a core',
      cost.map(({ routerCpu }) => routerCpu * 100),
      cost.map(({ mediaCpu }) => mediaCpu * 100),
    ),
    memory: line(
      'MiB in memory',
      cost.map(({ routerBytes }) => routerBytes / 2 ** 20),
      cost.map(({ mediaBytes }) => mediaBytes / 2 ** 20),
    ),
  };
}

/** Each participant's way into the call. */
export function joinsPlot(joins: readonly Join[]): string {
  const rows = joins.map(({ who }) => `participant ${who}`);
  const bars = joins.flatMap((join) => barsOf(join).map((bar) => ({ ...bar, row: `participant ${join.who}` })));
  const firsts = joins.flatMap(({ who, first }) =>
    first
      .flatMap(({ from, source, ms }) => (ms === null ? [] : [{ row: `participant ${who}`, from, source, ms }]))
      .toSorted((a, b) => a.ms - b.ms),
  );
  return drawn({
    height: rows.length * 62 + 46,
    marginTop: 6,
    marginBottom: 40,
    x: { label: 'ms from the click on Join', grid: true },
    y: { domain: rows, label: null, tickSize: 0 },
    symbol: { legend: false },
    marks: [
      Plot.barX(bars, { x1: 'from', x2: 'to', y: 'row', fill: 'colour', insetTop: 20, insetBottom: 20 }),
      ...(['camera', 'microphone'] as const).flatMap((source) => {
        const isCamera = source === 'camera';
        const of = firsts.filter((first) => first.source === source);
        const at = { x: 'ms', y: 'row' };
        return [
          Plot.dot(of, {
            ...at,
            symbol: isCamera ? 'circle' : 'diamond',
            r: 5,
            dy: isCamera ? -18 : 18,
            fill: isCamera ? 'var(--frozen)' : 'var(--paper)',
            stroke: 'var(--frozen)',
            strokeWidth: 2,
          }),
          Plot.text(labelled(of), { ...at, text: 'label', dx: 10, dy: isCamera ? -18 : 18, textAnchor: 'start' }),
        ];
      }),
      Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
    ],
  });
}

/** One label for marks so close to each other that theirs would overlap; `firsts` in the order of their times, row by row. */
function labelled<F extends { readonly row: string; readonly from: number; readonly ms: number }>(
  firsts: readonly F[],
): (F & { label: string })[] {
  const closeMs = Math.max(...firsts.map(({ ms }) => ms)) * 0.04;
  const labels: (F & { label: string })[] = [];
  for (const first of firsts) {
    const before = labels.at(-1);
    if (before?.row === first.row && first.ms - before.ms < closeMs)
      labels[labels.length - 1] = { ...first, label: `${before.label}, ${first.from}` };
    else labels.push({ ...first, label: `${first.from}` });
  }
  return labels;
}

/** Of one join: from when to when each step took. */
function barsOf({ marks }: Join): { from: number; to: number; colour: string }[] {
  const { pageMs, socketMs, admittedMs, keyMs, joinedMs = 0 } = marks;
  const ends = { page: 0, socket: socketMs, admitted: admittedMs, key: keyMs, joined: joinedMs };
  let from = -pageMs;
  return steps.flatMap(({ mark, colour }) => {
    const to = ends[mark];
    // Whoever is alone holds no key before it has joined.
    if (to === undefined || (mark === 'key' && to > joinedMs)) return [];
    const bar = { from, to, colour };
    from = to;
    return [bar];
  });
}

/** How long keys took, change by change. */
export function rekeysPlot(rekeys: readonly Rekey[]): string {
  const nameOfChange = ({ why, who, atMs }: Rekey): string =>
    `${why === 'join' ? '+' : '−'}${who} at ${(atMs / 1_000).toFixed(1)} s`.replace('-', '−');
  return drawn({
    height: 270,
    marginTop: 30,
    marginBottom: 40,
    fx: { domain: [...new Set(rekeys.map(nameOfChange))], label: null, axis: 'bottom', padding: 0.05 },
    y: { label: 'ms until a frame opened under the new key', zero: true, grid: true, nice: true },
    marks: [
      Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.4 }),
      ...(['join', 'leave'] as const).map((why) =>
        Plot.dot(
          rekeys.filter((rekey) => rekey.why === why && rekey.afterMs !== null),
          Plot.dodgeX('middle', {
            fx: nameOfChange,
            y: 'afterMs',
            stroke: whyColours[why],
            fill: whyColours[why],
            fillOpacity: 0.35,
            symbol: why === 'join' ? 'circle' : 'triangle',
            r: 4.5,
            title: ({ who, from, to, afterMs }: Rekey) =>
              `${to} opened ${from} ${afterMs ?? 0} ms after ${who} ${why === 'join' ? 'came' : 'left'}`,
          }),
        ),
      ),
    ],
  });
}

function nameOf({ from, to, source }: Row): string {
  return `${to} ← ${from} ${source === 'microphone' ? 'sound' : source}`;
}

function inSeconds<N extends string>(name: N): (datum: Readonly<Record<N, number>>) => number {
  return (datum) => datum[name] / 1_000;
}

function drawn(options: Plot.PlotOptions): string {
  const svg = Plot.plot({ width, ...margins, style, ...options });
  svg.setAttribute('role', 'img');
  return svg.outerHTML;
}
