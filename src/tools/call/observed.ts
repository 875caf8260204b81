import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Browser } from 'puppeteer-core';
import type { HarnessMarks } from './harness-api.ts';
import type { Person } from './person.ts';
import type { ScenarioEvent } from './scenario/scenario.ts';
import type { CostPoint } from './server-cost.ts';

/** Something that was done to a participant. Times here are in ms from the start of the measuring, negative before. */
export interface Happening {
  readonly who: number;
  readonly does: ScenarioEvent['does'];
  /** Which network, or how large, where that is chosen. */
  readonly what: string;
  readonly atMs: number;
}

/** The first frame of `from` that opened at `to` under this key. */
export interface KeyInUse {
  readonly from: number;
  readonly to: number;
  readonly chain: number;
  readonly step: number;
  readonly atMs: number;
}

/** On what the call was made. */
export interface Environment {
  readonly browser: string;
  readonly node: string;
  readonly kernel: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Mean number of processes that could run, over the last minute (proc(5) `loadavg`), at the end. */
  readonly load: number;
}

/** What is looked at besides the streams, when a report with pictures is wanted. */
export interface Observed {
  /** Height of the pictures sent, in pixels. */
  readonly height: number;
  readonly framesPerSecond: number;
  readonly happenings: readonly Happening[];
  /** By participant; null for who never joined. */
  readonly marks: readonly (HarnessMarks | null)[];
  readonly keys: readonly KeyInUse[];
  /** Null for a router that is not the tool's own, and where there is no /proc. */
  readonly cost: readonly CostPoint[] | null;
  /** Who was in the call at the end, and what it saw: base64 of a JPEG. */
  readonly pictures: readonly { readonly of: number; readonly jpeg: string }[];
  /** What the pages complained of is not in the report: it may name addresses. */
  readonly complaints: number;
  readonly environment: Environment;
}

/** What the pages have seen. `startMs`: of the measuring, in ms since 1970. */
export async function seenBy(
  people: readonly Person[],
  startMs: number,
): Promise<Pick<Observed, 'marks' | 'keys' | 'pictures'>> {
  const marks = await Promise.all(people.map(({ tab }) => tab.do('marks')));
  const keys = await Promise.all(people.map(({ tab }) => tab.do('keys')));
  const pictures: { of: number; jpeg: string }[] = [];
  for (const person of people) if (person.inCall) pictures.push({ of: person.number, jpeg: await person.picture() });
  return {
    marks: marks.map((mark) => mark ?? null),
    keys: keys.flatMap((held, index) =>
      held.map(({ name, chain, step, atMs }) => ({
        from: Number(name),
        to: people[index]?.number ?? 0,
        chain,
        step,
        atMs: Math.round(atMs - startMs),
      })),
    ),
    pictures,
  };
}

/** This machine and what runs on it; nothing that names it. */
export async function environment(browser: Browser): Promise<Environment> {
  return {
    browser: await browser.version(),
    node: process.version,
    kernel: `${type()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    load: loadavg()[0] ?? 0,
  };
}
