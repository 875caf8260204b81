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

/** What was asked of a call, and whether it was so. */
export interface Verdict {
  readonly rule: 'received' | 'opened' | 'sound' | 'moving' | 'freezes' | 'back' | 'memory';
  readonly ok: boolean;
  /** What was found, stream by stream, where it was not so; in words. */
  readonly faults: readonly string[];
}

type StreamRule = Exclude<Verdict['rule'], 'memory'>;

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

/** When a line lets nothing pass. */
export function cutsOn({ profile, fromMs: startMs, toMs: endMs }: Line): Stretch[] {
  return cutsOf(profile, (endMs - startMs) / 1_000).map(({ fromMs, toMs }) => ({
    fromMs: startMs + fromMs,
    toMs: Math.min(startMs + toMs, endMs),
  }));
}

/** Everything that can be asked of what the participants of any call receive. */
export function verdictsOn(evidence: Evidence): Verdict[] {
  return (Object.keys(rules) as StreamRule[]).map((rule) => {
    const faults = pairs(evidence.participants).flatMap(([from, to]) => rules[rule](evidence, from, to));
    return { rule, ok: faults.length === 0, faults };
  });
}

/** Each names what is wrong with what one participant received of another. */
const rules: Readonly<Record<StreamRule, (evidence: Evidence, from: number, to: number) => string[]>> = {
  received: (evidence, from, to) =>
    (['camera', 'microphone'] as const)
      .filter((source) => {
        const stretches = together(evidence, from, to, source === 'camera' ? 'camera' : 'voice');
        if (!stretches.some((stretch) => stretch.fromMs === 0 || lengthMs(stretch) > comingMs)) return false;
        const points = pointsOf(evidence, from, to, source);
        return !points.some(({ frames, energy }) => (source === 'camera' ? frames > 0 : energy > 0));
      })
      .map((source) => `${to} did not get the ${source} of ${from}`),

  opened: (evidence, from, to) => {
    const changes = evidence.performed
      .filter(({ event }) => changesKeys.has(event.does))
      .map((change) => ({ fromMs: change.from * 1_000 - 500, toMs: change.to * 1_000 + keysMs }));
    const calm = without([whole(evidence)], [...changes, ...cuts(evidence, from, to, keysMs)]);
    return evidence.courses
      .filter((course) => course.from === from && course.to === to)
      .flatMap(({ source, points }) => {
        // Of what failed between two looks it is not known when: it counts where all of that time was calm.
        const known = within(points, calm).filter(({ atMs, forMs }) =>
          calm.some(({ fromMs, toMs }) => atMs - forMs >= fromMs && atMs <= toMs),
        );
        const failed = known.reduce((sum, { undecryptable }) => sum + undecryptable, 0);
        return failed === 0 ? [] : [`${to} could not open ${failed} frames of the ${source} of ${from}`];
      });
  },

  sound: (evidence, from, to) => {
    if (evidence.lines.length === 0) return [];
    const stretches = settled(together(evidence, from, to, 'call'));
    const calm = without(stretches, cuts(evidence, from, to, soundBackMs));
    const points = pointsOf(evidence, from, to, 'microphone');
    const ms = longestWithout(points, calm, ({ heardSeconds }) => heardSeconds > 0);
    return ms <= mostSilenceMs ? [] : [`${to} heard nothing of ${from} for ${inSeconds(ms)}`];
  },

  moving: (evidence, from, to) => {
    const stretches = settled(together(evidence, from, to, 'camera'));
    const calm = without(stretches, cuts(evidence, from, to, mostStillMs));
    const points = pointsOf(evidence, from, to, 'camera');
    const ms = longestWithout(points, calm, ({ frames, paused }) => frames > 0 || paused);
    return ms <= mostStillMs ? [] : [`${to} saw the picture of ${from} stuck for ${inSeconds(ms)}`];
  },

  freezes: (evidence, from, to) => {
    const lines = evidence.lines.filter(({ who }) => who === from || who === to);
    if (lines.length === 0) return [];
    const stretches = settled(together(evidence, from, to, 'camera'));
    const calm = without(stretches, cuts(evidence, from, to, pictureBackMs));
    const frozen = within(pointsOf(evidence, from, to, 'camera'), calm).reduce((sum, at) => sum + at.freezeSeconds, 0);
    const share =
      (frozen * 1_000) /
      Math.max(
        1,
        calm.reduce((sum, stretch) => sum + lengthMs(stretch), 0),
      );
    const most = Math.max(...lines.map(({ profile }) => profile.freezeShare));
    return share <= most
      ? []
      : [`${to} saw the picture of ${from} frozen ${percent(share)} of the time (${percent(most)} at most)`];
  },

  back: (evidence, from, to) => {
    const points = pointsOf(evidence, from, to, 'camera').filter(({ frames }) => frames > 0);
    return cuts(evidence, from, to, 0)
      .filter(({ toMs }) =>
        together(evidence, from, to, 'camera').some((stretch) => stretch.toMs >= toMs + pictureBackMs),
      )
      .flatMap(({ fromMs, toMs }) => {
        const before = Math.max(
          0,
          ...within(points, [{ fromMs: fromMs - comingMs, toMs: fromMs }]).map(({ height }) => height),
        );
        const after = within(points, [{ fromMs: toMs, toMs: toMs + pictureBackMs }]).map(({ height }) => height);
        return after.some((height) => height >= before)
          ? []
          : [
              `${to} had the picture of ${from} with ${before} lines before the cut, and ${Math.max(0, ...after)} in the 10 s after`,
            ];
      });
  },
};

/** When `to` could have had something of `from`. */
function together({ spans }: Evidence, from: number, to: number, what: Span['what']): Stretch[] {
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

function pairs(participants: number): [from: number, to: number][] {
  const numbers = Array.from({ length: participants }, (_, index) => index + 1);
  return numbers.flatMap((from) => numbers.filter((to) => to !== from).map((to): [number, number] => [from, to]));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
