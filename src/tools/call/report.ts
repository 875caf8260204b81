import type { HarnessStream } from './harness-api.ts';

/** What one participant (1 and up) received of one source of another. */
export interface StreamReport extends Omit<HarnessStream, 'name' | 'firstFrameMs'> {
  readonly from: number;
  readonly to: number;
  /** Null when there never was one. */
  readonly firstFrameMs: number | null;
}

export interface CallReport {
  /** Every participant decoded every other's camera and microphone. */
  readonly ok: boolean;
  readonly participants: number;
  readonly seconds: number;
  readonly streams: readonly StreamReport[];
  /** By participant, in ms. */
  readonly joinMs: readonly number[];
}

/** What the participants said at the beginning and at the end of the measured time, by participant. */
export interface Measured {
  readonly seconds: number;
  readonly joinMs: readonly number[];
  readonly before: readonly (readonly HarnessStream[])[];
  readonly after: readonly (readonly HarnessStream[])[];
}

const expectedSources = ['camera', 'microphone'] as const;

/** The report of a call, and in words what is missing in it. Frames a second are the mean of the measured time. */
export function reportOf(measured: Measured): { report: CallReport; missing: string[] } {
  const { seconds, joinMs, before, after } = measured;
  const participants = joinMs.length;
  const streams = after.flatMap((received, index) =>
    received.flatMap(({ name, ...stream }): StreamReport[] => {
      if (name === undefined) return [];
      const earlier = before[index]?.find((other) => other.name === name && other.source === stream.source);
      const frames = stream.framesDecoded - (earlier?.framesDecoded ?? 0);
      const framesPerSecond = Math.round((frames / seconds) * 10) / 10;
      const { firstFrameMs = null } = stream;
      return [{ from: Number(name), to: index + 1, ...stream, framesPerSecond, firstFrameMs }];
    }),
  );
  const missing = pairs(participants).flatMap(([from, to]) =>
    expectedSources
      .filter((source) => !streams.some((stream) => stream.from === from && stream.to === to && came(stream, source)))
      .map((source) => `${to} did not get the ${source} of ${from}`),
  );
  return {
    report: { ok: missing.length === 0, participants, seconds, streams: streams.toSorted(order), joinMs },
    missing,
  };
}

function came(stream: StreamReport, source: (typeof expectedSources)[number]): boolean {
  if (stream.source !== source) return false;
  return source === 'camera' ? stream.framesDecoded > 0 : stream.totalAudioEnergy > 0;
}

function pairs(participants: number): [from: number, to: number][] {
  const numbers = Array.from({ length: participants }, (_, index) => index + 1);
  return numbers.flatMap((from) => numbers.filter((to) => to !== from).map((to): [number, number] => [from, to]));
}

function order(a: StreamReport, b: StreamReport): number {
  return a.to - b.to || a.from - b.from || a.source.localeCompare(b.source);
}
