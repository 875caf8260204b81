import { coursesOf, type Course, type Point } from './course.ts';
import type { HarnessStream } from './harness-api.ts';
import { memoryReport, memoryVerdict, type MemoryReport } from './memory/memory-report.ts';
import type { MemoryLook } from './memory/memory-watch.ts';
import { profiles } from './network/profiles.ts';
import type { Answers } from './network/relay-messages.ts';
import type { Sample } from './sampler.ts';
import type { Line } from './rules.ts';
import { asPlayed, spansOf, type Performed, type Scenario } from './scenario/scenario.ts';
import { findingsOn, verdictsOn, type Findings, type Verdict } from './verdicts.ts';

/**
 * What one participant (1 and up) received of one source of another. `framesPerSecond`, `bitrate`, `freezes` and
 * `freezeSeconds` are of the measured time; counters add up over all the times that the source was on.
 */
export interface StreamReport extends Omit<HarnessStream, 'name' | 'firstFrameMs'> {
  readonly from: number;
  readonly to: number;
  /** Null when there never was one. */
  readonly firstFrameMs: number | null;
  /** The lines of the picture whenever they changed, with the time in ms from the start of the measuring. */
  readonly heights: readonly { readonly atMs: number; readonly height: number }[];
}

export interface CallReport {
  /** Everything that was asked of the call was so. */
  readonly ok: boolean;
  readonly participants: number;
  readonly seconds: number;
  readonly streams: readonly StreamReport[];
  /** By participant, in ms; null for who never joined. */
  readonly joinMs: readonly (number | null)[];
  readonly verdicts: readonly Verdict[];
  /** What the networks did that were dialled, by participant. */
  readonly network: ({ readonly seed: string } & Answers['report']) | null;
  /** What pages, router and media process held; null for a call that is too short to say whether it grows. */
  readonly memory: MemoryReport | null;
}

/** What was done, and what the participants said meanwhile. */
export interface Measured {
  readonly scenario: Scenario;
  readonly performed: readonly Performed[];
  readonly joinMs: readonly (number | null)[];
  readonly samples: readonly Sample[];
  readonly network: CallReport['network'];
  readonly memory: readonly MemoryLook[];
}

/** The report of a call, with what the streams and the lines were like over time. */
export function reportOf(measured: Measured): {
  report: CallReport;
  courses: readonly Course[];
  lines: readonly Line[];
  findings: Findings;
} {
  const { scenario, performed, joinMs, samples, network } = measured;
  const { seconds, people } = scenario;
  const courses = coursesOf(samples);
  const participants = people.length;
  const lines = linesOf(scenario);
  const spans = spansOf(asPlayed(scenario, performed));
  const findings = findingsOn({ seconds, participants, courses, spans, performed, lines });
  const memory = memoryReport(measured.memory, seconds);
  const verdicts = [...verdictsOn(findings), ...(memory === null ? [] : [memoryVerdict(memory)])];
  const ok = verdicts.every((verdict) => verdict.ok);
  return {
    report: { ok, participants, seconds, streams: courses.map(streamOf), joinMs, verdicts, network, memory },
    courses,
    lines,
    findings,
  };
}

function streamOf(course: Course): StreamReport {
  const { from, to, points, last, firstFrameMs = null } = course;
  const measured = points.filter(({ atMs, forMs }) => atMs > 0 && forMs > 0);
  const seconds = measured.reduce((sum, { forMs }) => sum + forMs, 0) / 1_000;
  const total = (counter: Exclude<keyof Point, 'layer' | 'paused'>, of = points): number =>
    of.reduce((sum, point) => sum + point[counter], 0);
  return {
    from,
    to,
    source: last.source,
    frameWidth: last.frameWidth,
    frameHeight: last.frameHeight,
    lastUndecryptableMs: last.lastUndecryptableMs,
    concealedShare: last.concealedShare,
    paused: last.paused,
    layers: last.layers,
    framesDecoded: total('frames'),
    framesPerSecond: seconds === 0 ? 0 : Math.round((total('frames', measured) / seconds) * 10) / 10,
    totalAudioEnergy: total('energy'),
    firstFrameMs,
    undecryptable: total('undecryptable'),
    replayed: total('replayed'),
    freezes: total('freezes', measured),
    freezeSeconds: total('freezeSeconds', measured),
    heardSeconds: total('heardSeconds'),
    bitrate:
      seconds === 0
        ? 0
        : Math.round(measured.reduce((sum, { bitrate, forMs }) => sum + bitrate * forMs, 0) / seconds / 1_000),
    heights: points
      .filter(({ height }) => height > 0)
      .flatMap(({ atMs, height }, index, seen) => (height === seen[index - 1]?.height ? [] : [{ atMs, height }])),
  };
}

/** Which lines there were, and from when to when. */
function linesOf({ people, events, seconds }: Scenario): Line[] {
  return people.flatMap(({ network }, index) => {
    const who = index + 1;
    const dialled = events.flatMap((event) =>
      event.does === 'network' && event.who === who ? [{ network: event.network, fromMs: event.at * 1_000 }] : [],
    );
    const all = [...(network === undefined ? [] : [{ network, fromMs: 0 }]), ...dialled];
    return all.map((line, turn): Line => {
      const toMs = all[turn + 1]?.fromMs ?? seconds * 1_000;
      return { who, profile: profiles[line.network], fromMs: line.fromMs, toMs };
    });
  });
}
