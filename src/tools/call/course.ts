import type { HarnessStream } from './harness-api.ts';
import type { Sample } from './sampler.ts';

/** What came of one stream between two looks. */
export interface Point {
  /** Of the later look, from the start of the measuring, in ms. */
  readonly atMs: number;
  readonly forMs: number;
  readonly frames: number;
  readonly freezes: number;
  readonly freezeSeconds: number;
  readonly heardSeconds: number;
  readonly energy: number;
  readonly undecryptable: number;
  readonly replayed: number;
  /** As of the later look. */
  readonly paused: boolean;
  readonly height: number;
  readonly bitrate: number;
  readonly layer: number | null;
}

/** One source of one participant as another received it, over all the times that it was on. */
export interface Course {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  /** In the order of their times. */
  readonly points: readonly Point[];
  /** What was said last. */
  readonly last: HarnessStream;
  readonly firstFrameMs: number | undefined;
}

type Counter =
  'framesDecoded' | 'freezes' | 'freezeSeconds' | 'heardSeconds' | 'totalAudioEnergy' | 'undecryptable' | 'replayed';

/** What the browser counts for each receiver that it makes. */
const ofReceiver: ReadonlySet<Counter> = new Set(['framesDecoded', 'heardSeconds', 'totalAudioEnergy']);

/** The course of every stream of an authenticated participant, receiver by receiver. */
export function coursesOf(samples: readonly Sample[]): Course[] {
  const courses = new Map<string, { points: Point[]; seenMs: number } & Course>();
  for (const { to, atMs, streams } of samples.toSorted((a, b) => a.atMs - b.atMs))
    for (const stream of streams) {
      const { name, source, firstFrameMs } = stream;
      if (name === undefined) continue;
      const key = `${to} ${name} ${source}`;
      const before = courses.get(key);
      const points = before?.points ?? [];
      points.push(pointOf(stream, before?.last, atMs, atMs - (before?.seenMs ?? atMs)));
      const first = before?.firstFrameMs ?? firstFrameMs;
      courses.set(key, { from: Number(name), to, source, points, last: stream, firstFrameMs: first, seenMs: atMs });
    }
  return [...courses.values()].toSorted((a, b) => a.to - b.to || a.from - b.from || a.source.localeCompare(b.source));
}

function pointOf(now: HarnessStream, before: HarnessStream | undefined, atMs: number, forMs: number): Point {
  // Counters start from 0 when a source comes on or is received again, those of a receiver together: then all of what they say is new.
  const isReceivedAnew =
    before === undefined || now.framesDecoded < before.framesDecoded || now.totalAudioEnergy < before.totalAudioEnergy;
  const since = (name: Counter): number => {
    const was = before?.[name] ?? 0;
    return (ofReceiver.has(name) ? isReceivedAnew : now[name] < was) ? now[name] : now[name] - was;
  };
  return {
    atMs,
    forMs,
    frames: since('framesDecoded'),
    freezes: since('freezes'),
    freezeSeconds: since('freezeSeconds'),
    heardSeconds: Math.max(0, since('heardSeconds')), // a share times a time: rounding
    energy: since('totalAudioEnergy'),
    undecryptable: since('undecryptable'),
    replayed: since('replayed'),
    paused: now.paused,
    height: now.frameHeight,
    bitrate: now.bitrate,
    layer: now.layers?.spatial ?? null,
  };
}
