import type { Course, Point } from './course.ts';
import { cutsOf, type Profile } from './network/profile.ts';
import { common, lengthMs, longestWithout, without, type Stretch } from './spans.ts';
import type { Move } from './scenario/moves.ts';
import type { Performed, Span } from './scenario/scenario.ts';

/** From when somebody comes or turns something on until it has to be there for the others, in ms. */
const comingMs = 3_000;
/** After a cut, until sound has to be back, and until the picture is as large as it was, in ms. */
const soundBackMs = 2_000;
const pictureBackMs = 10_000;
/** How long nothing real may be heard, and no new picture be seen, in ms. */
const mostSilenceMs = 1_000;
const mostStillMs = 5_000;
/** Frames may fail to open for so long after somebody came, left or came back, in ms: keys are on their way (ENCRYPTION "Media keys"). */
const keysMs = 4_500;

/** What makes new keys, or has others hear that a source is on or off. */
const changesKeys: ReadonlySet<Move> = new Set(['join', 'leave', 'camera-on', 'camera-off', 'share', 'unshare']);

/** What is known of a call when it is judged. */
export interface Evidence {
  readonly seconds: number;
  readonly participants: number;
  readonly courses: readonly Course[];
  readonly spans: readonly Span[];
  readonly performed: readonly Performed[];
  /** The lines that were dialled. */
  readonly lines: readonly Line[];
}

/** A line of somebody's, from when to when. */
export interface Line extends Stretch {
  readonly who: number;
  readonly profile: Profile;
}

/** What was found of one stream when one rule was asked. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  /** What the rule measures: 1 or 0 for had or not, frames, ms, or a share. */
  readonly value: number;
  /** In words, where it was not as it must be. */
  readonly fault: string | undefined;
}

type Rule = (evidence: Evidence, from: number, to: number) => Finding[];

/** When a line lets nothing pass. */
export function cutsOn({ profile, fromMs: startMs, toMs: endMs }: Line): Stretch[] {
  return cutsOf(profile, (endMs - startMs) / 1_000).map(({ fromMs, toMs }) => ({
    fromMs: startMs + fromMs,
    toMs: Math.min(startMs + toMs, endMs),
  }));
}

/** Each looks at what one participant received of another, and finds nothing where there was nothing to ask. */
export const rules = {
  received: (evidence, from, to) =>
    (['camera', 'microphone'] as const)
      .filter((source) =>
        together(evidence, from, to, source === 'camera' ? 'camera' : 'voice').some(
          (stretch) => stretch.fromMs === 0 || lengthMs(stretch) > comingMs,
        ),
      )
      .map((source) => {
        const points = pointsOf(evidence, from, to, source);
        const came = points.some(({ frames, energy }) => (source === 'camera' ? frames > 0 : energy > 0));
        const fault = came || points.at(-1)?.paused === true ? undefined : `${to} did not get the ${source} of ${from}`;
        return { from, to, source, value: came ? 1 : 0, fault };
      }),

  opened: (evidence, from, to) => {
    const changes = evidence.performed
      .filter(({ event }) => changesKeys.has(event.does))
      .map((change) => ({ fromMs: change.from * 1_000 - 500, toMs: change.to * 1_000 + keysMs }));
    const calm = without([whole(evidence)], [...changes, ...cuts(evidence, from, to, keysMs)]);
    return evidence.courses
      .filter((course) => course.from === from && course.to === to)
      .map(({ source, points }) => {
        // Of what failed between two looks it is not known when: it counts where all of that time was calm.
        const known = within(points, calm).filter(({ atMs, forMs }) =>
          calm.some(({ fromMs, toMs }) => atMs - forMs >= fromMs && atMs <= toMs),
        );
        const value = known.reduce((sum, { undecryptable }) => sum + undecryptable, 0);
        const fault = value === 0 ? undefined : `${to} could not open ${value} frames of the ${source} of ${from}`;
        return { from, to, source, value, fault };
      });
  },

  sound: (evidence, from, to) => {
    if (evidence.lines.length === 0) return [];
    const calm = without(settled(together(evidence, from, to, 'call')), cuts(evidence, from, to, soundBackMs));
    const points = pointsOf(evidence, from, to, 'microphone');
    if (calm.length === 0 || points.length === 0) return []; // what never came is said by `received`
    const value = longestWithout(points, calm, ({ heardSeconds }) => heardSeconds > 0);
    const fault = value <= mostSilenceMs ? undefined : `${to} heard nothing of ${from} for ${inSeconds(value)}`;
    return [{ from, to, source: 'microphone', value, fault }];
  },

  moving: (evidence, from, to) => {
    const calm = without(settled(together(evidence, from, to, 'camera')), cuts(evidence, from, to, mostStillMs));
    const points = pointsOf(evidence, from, to, 'camera');
    if (calm.length === 0 || points.length === 0) return [];
    const value = longestWithout(points, calm, ({ frames, paused }) => frames > 0 || paused);
    const fault = value <= mostStillMs ? undefined : `${to} saw the picture of ${from} stuck for ${inSeconds(value)}`;
    return [{ from, to, source: 'camera', value, fault }];
  },

  freezes: (evidence, from, to) => {
    const lines = evidence.lines.filter(({ who }) => who === from || who === to);
    const calm = without(settled(together(evidence, from, to, 'camera')), cuts(evidence, from, to, pictureBackMs));
    const points = pointsOf(evidence, from, to, 'camera');
    if (lines.length === 0 || calm.length === 0 || points.length === 0) return [];
    const frozen = within(points, calm).reduce((sum, at) => sum + at.freezeSeconds, 0);
    const value = (frozen * 1_000) / calm.reduce((sum, stretch) => sum + lengthMs(stretch), 0);
    const most = Math.max(...lines.map(({ profile }) => profile.freezeShare));
    const fault =
      value <= most
        ? undefined
        : `${to} saw the picture of ${from} frozen ${percent(value)} of the time (${percent(most)} at most)`;
    return [{ from, to, source: 'camera', value, fault }];
  },

  back: (evidence, from, to) => {
    const points = pointsOf(evidence, from, to, 'camera').filter(({ frames }) => frames > 0);
    return cuts(evidence, from, to, 0)
      .filter(({ toMs }) =>
        together(evidence, from, to, 'camera').some((stretch) => stretch.toMs >= toMs + pictureBackMs),
      )
      .map(({ fromMs, toMs }) => {
        const highest = (stretch: Stretch): number =>
          Math.max(0, ...within(points, [stretch]).map(({ height }) => height));
        const before = highest({ fromMs: fromMs - comingMs, toMs: fromMs });
        const after = highest({ fromMs: toMs, toMs: toMs + pictureBackMs });
        const isBack = after > 0 && after >= before;
        const fault = `${to} had the picture of ${from} with ${before} lines before the cut, and ${after} in the 10 s after`;
        return { from, to, source: 'camera', value: isBack ? 1 : 0, fault: isBack ? undefined : fault };
      });
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** When `to` could have had something of `from`. */
export function together({ spans }: Pick<Evidence, 'spans'>, from: number, to: number, what: Span['what']): Stretch[] {
  const of = (number: number, which: Span['what']): Stretch[] =>
    spans
      .filter((span) => span.who === number && span.what === which)
      .map((span) => ({ fromMs: span.from * 1_000, toMs: span.to * 1_000 }));
  return common(of(from, what), of(from, 'call'), of(to, 'call'));
}

/** Without the time in which things are only coming. */
function settled(stretches: readonly Stretch[]): Stretch[] {
  return without(
    stretches,
    stretches.map(({ fromMs }) => ({ fromMs, toMs: fromMs === 0 ? 0 : fromMs + comingMs })),
  );
}

/** When the lines of the two let nothing pass, and for `afterMs` after it. */
function cuts({ lines }: Evidence, from: number, to: number, afterMs: number): Stretch[] {
  return lines
    .filter(({ who }) => who === from || who === to)
    .flatMap(cutsOn)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + afterMs }));
}

function pointsOf({ courses }: Evidence, from: number, to: number, source: string): readonly Point[] {
  return courses.find((course) => course.from === from && course.to === to && course.source === source)?.points ?? [];
}

function within(points: readonly Point[], stretches: readonly Stretch[]): Point[] {
  return points.filter(({ atMs }) => stretches.some(({ fromMs, toMs }) => atMs > fromMs && atMs <= toMs));
}

function whole({ seconds }: Evidence): Stretch {
  return { fromMs: 0, toMs: seconds * 1_000 };
}

/** A share as people read it. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Milliseconds as people read them. */
export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
