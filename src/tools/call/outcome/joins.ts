import type { HarnessMarks } from '../harness-api.ts';
import type { Happening } from '../observed.ts';
import type { StreamReport } from '../report.ts';

/** How one participant came into the call, the first time; all times in ms from its click on Join. */
export interface Join {
  readonly who: number;
  readonly marks: HarnessMarks;
  /** The first picture and the first sound of everybody who was there before; null for what never came. */
  readonly first: readonly { readonly from: number; readonly source: string; readonly ms: number | null }[];
}

/** The join waterfall, in the order of the joins. */
export function joinsOf(input: {
  readonly happenings: readonly Happening[];
  readonly marks: readonly (HarnessMarks | null)[];
  readonly joinMs: readonly (number | null)[];
  readonly streams: readonly StreamReport[];
}): Join[] {
  const { happenings, marks, joinMs, streams } = input;
  const firsts = happenings.filter(
    ({ who, does }, index) =>
      does === 'join' && index === happenings.findIndex((other) => other.who === who && other.does === 'join'),
  );
  return firsts.flatMap(({ who, atMs }) => {
    const mark = marks[who - 1] ?? null;
    const sdkMs = joinMs[who - 1] ?? null;
    if (mark?.joinedMs === undefined || sdkMs === null) return [];
    // The SDK counts from its own start, a little after the click, and so for those only whom one finds there (`firstFrameMs`).
    const beforeMs = mark.joinedMs - sdkMs;
    const first = streams
      .filter(({ to, from, source }) => to === who && source !== 'screen' && isIn(happenings, from, atMs))
      .map(({ from, source, firstFrameMs }) => ({
        from,
        source,
        ms: firstFrameMs === null ? null : firstFrameMs + beforeMs,
      }));
    return [{ who, marks: mark, first }];
  });
}

function isIn(happenings: readonly Happening[], who: number, atMs: number): boolean {
  const last = happenings.findLast(
    (happening) => happening.who === who && happening.atMs < atMs && ['join', 'leave'].includes(happening.does),
  );
  return last?.does === 'join';
}
