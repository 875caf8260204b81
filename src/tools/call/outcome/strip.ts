import type { Course, Point } from '../course.ts';
import { cutsOn, together, type Line } from '../rules.ts';
import type { Span } from '../scenario/scenario.ts';
import { common, lengthMs, without, type Stretch } from '../spans.ts';

/**
 * How a stream was at its receiver for a while. `full`: pictures as high as its sender's, or sound. `low`: lower pictures.
 * `frozen`: no new picture, or no sound that really came, for half a second or more. `closed`: a frame could not be opened.
 * `paused`: the receiver knows that none is to come (its line, its sender or its own tiles want it so). `awaited`: it is on, and
 * not there yet. `none`: it is not on, or one of the two is not in the call.
 */
export type State = 'full' | 'low' | 'frozen' | 'closed' | 'paused' | 'awaited' | 'none';

export interface Row {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  /** All of the measured time, in the order of the times; neighbours differ. */
  readonly stretches: readonly (Stretch & { readonly state: State })[];
  /** When it was on, and the line of one of the two let nothing pass. */
  readonly cuts: readonly Stretch[];
}

/** From how long without anything new a stream stands still, in ms: as the SDK counts its freezes. */
const stillMs = 500;
/** What came between two looks that are further apart says nothing of the whole time between, in ms: the stream was away. */
const longestLookMs = 2_000;
/** For how long such a look counts, in ms: as long as the others. */
const usualLookMs = 250;

/** The heat strip: how every stream was at every time. `height`: of the pictures sent, in pixels. */
export function stripOf(input: {
  readonly courses: readonly Course[];
  readonly spans: readonly Span[];
  readonly lines: readonly Line[];
  readonly seconds: number;
  readonly height: number;
}): Row[] {
  const whole = { fromMs: 0, toMs: input.seconds * 1_000 };
  return input.courses.map(({ from, to, source, points }): Row => {
    const expected = together(input, from, to, source === 'camera' || source === 'screen' ? source : 'call');
    const looks = looksOf(points, source, input.height);
    const seen = expected.flatMap((stretch) => untilItCame(parts(looks, [stretch])));
    // Shortly before a stream goes it was looked at for the last time.
    const before = ({ fromMs, toMs }: Stretch): Stated | undefined =>
      toMs - fromMs < stillMs ? seen.find((look) => look.toMs === fromMs) : undefined;
    const unseen = without(expected, seen).map((gap) => ({ ...gap, state: before(gap)?.state ?? 'awaited' }));
    const none = without([whole], expected).map((stretch) => ({ ...stretch, state: 'none' as const }));
    const cuts = input.lines.filter(({ who }) => who === from || who === to).flatMap(cutsOn);
    return { from, to, source, stretches: joined([...seen, ...unseen, ...none]), cuts: common(cuts, expected) };
  });
}

type Stated = Stretch & { readonly state: State };

function looksOf(points: readonly Point[], source: string, height: number): Stated[] {
  const isVideo = source === 'camera' || source === 'screen';
  const looks = points.filter(({ forMs }) => forMs > 0);
  const isStill = ({ frames, heardSeconds }: Point): boolean => (isVideo ? frames === 0 : heardSeconds === 0);
  return looks.map((point, index): Stated => {
    const { atMs, forMs } = point;
    const fromMs = forMs > longestLookMs ? atMs - usualLookMs : atMs - forMs;
    const state = (): State => {
      if (point.undecryptable > 0) return 'closed';
      if (point.paused) return 'paused';
      if (isStill(point) && stillAround(looks, index, isStill) >= stillMs) return 'frozen';
      return isVideo && point.height < height ? 'low' : 'full';
    };
    return { fromMs, toMs: atMs, state: state() };
  });
}

/** Before the first picture or sound nothing stands still: it has not come yet. */
function untilItCame(looks: readonly Stated[]): Stated[] {
  const first = looks.findIndex(({ state }) => state === 'full' || state === 'low');
  return looks.map((look, index) =>
    look.state === 'frozen' && (first === -1 || index < first) ? { ...look, state: 'awaited' } : look,
  );
}

/** For how long nothing came around a look at which nothing had come, in ms. */
function stillAround(looks: readonly Point[], index: number, isStill: (point: Point) => boolean): number {
  const since = looks.slice(0, index).findLastIndex((point) => !isStill(point)) + 1;
  const until = looks.findIndex((point, at) => at > index && !isStill(point));
  return looks.slice(since, until === -1 ? undefined : until).reduce((sum, { forMs }) => sum + forMs, 0);
}

/** The parts of `stated` within `stretches`. */
function parts(stated: readonly Stated[], stretches: readonly Stretch[]): Stated[] {
  return stated.flatMap((one) => common([one], stretches).map((part) => ({ ...part, state: one.state })));
}

/** In order, with neighbours of one state made one. */
function joined(stretches: readonly Stated[]): Stated[] {
  const all: Stated[] = [];
  for (const stretch of stretches.filter((one) => lengthMs(one) > 0).toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = all.at(-1);
    if (before?.state === stretch.state && before.toMs === stretch.fromMs)
      all[all.length - 1] = { ...before, toMs: stretch.toMs };
    else all.push(stretch);
  }
  return all;
}
