import type { Verdict } from '../verdicts.ts';
import type { MemoryLook } from './memory-watch.ts';

/** From which length on a call is judged by its memory, in s; and what is not looked at before: browsers and engines fill their caches. */
export const leastSeconds = 120;
const warmUpMs = 60_000;
/** Shares of the rest, at its beginning and its end, that are compared by their medians. */
const compared = 1 / 3;

/**
 * How much more may be held in the end than in the beginning, as a share and in bytes: the larger of both. What is there
 * differs with who is in the call and what is shared: measured over 2 minutes up to 2 MB in a page of 9, and 3 MB in a router
 * of 65. Lower finds slower leaks and accuses the innocent.
 */
const borne = { share: 0.15, bytes: 3e6 } as const;

/** What the verdict on memory asks, in words. */
export const memoryMust = 'Pages, router and media process held no more in the end than in the beginning';

/** What something held early and late in a call, in bytes. */
interface Growth {
  readonly of: string;
  readonly early: number;
  readonly late: number;
}

export interface MemoryReport {
  readonly growth: readonly Growth[];
  readonly looks: readonly MemoryLook[];
}

/** What the looks at a call of `seconds` s say; null when it was too short to say anything. */
export function memoryReport(looks: readonly MemoryLook[], seconds: number): MemoryReport | null {
  const participants = looks[0]?.pages.length ?? 0;
  if (seconds < leastSeconds || participants === 0) return null;
  const held: [of: string, bytes: (look: MemoryLook) => number | undefined][] = [
    ...Array.from({ length: participants }, (_, index): (typeof held)[number] => [
      `the page of ${index + 1}`,
      ({ pages }) => pages[index],
    ]),
    ['the router', ({ router }) => router],
    ['the media process', ({ media }) => media],
  ];
  const spanMs = (seconds * 1_000 - warmUpMs) * compared;
  const early = looks.filter(({ atMs }) => atMs >= warmUpMs && atMs <= warmUpMs + spanMs);
  const late = looks.filter(({ atMs }) => atMs >= seconds * 1_000 - spanMs);
  const growth = held.flatMap(([of, bytes]): Growth[] => {
    const [before, after] = [median(early.map(bytes)), median(late.map(bytes))];
    return before === undefined || after === undefined ? [] : [{ of, early: before, late: after }];
  });
  return { growth, looks };
}

/** Whether nothing grew for more than is borne. */
export function memoryVerdict({ growth }: MemoryReport): Verdict {
  const faults = growth
    .filter(({ early, late }) => late - early > Math.max(early * borne.share, borne.bytes))
    .map(({ of, early, late }) => `${of} grew from ${megabytes(early)} to ${megabytes(late)} MB`);
  const most = Math.max(...growth.map(({ early, late }) => late - early));
  const figure = growth.length === 0 ? 'nothing to compare' : `at most ${megabytes(most)} MB more`;
  return { rule: 'memory', ok: faults.length === 0, judged: growth.length, figure, faults };
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
