import type { CallResult } from '../run-call.ts';
import { cutsOn } from '../rules.ts';
import type { Stretch } from '../spans.ts';

/** Videos of a call, and what disturbed them. */
export interface PlottedCall {
  readonly title: string;
  readonly seconds: number;
  readonly points: readonly PlottedPoint[];
  /** When nothing passed, by receiver. */
  readonly cuts: readonly ({ readonly to: number } & Stretch)[];
}

/** One video (`from`: participant and source) at one time in seconds. Bitrate in kbit/s. */
interface PlottedPoint {
  readonly from: string;
  readonly to: number;
  readonly at: number;
  readonly height: number;
  readonly bitrate: number;
  readonly framesPerSecond: number;
}

/** The videos of the measured time. */
export function plottedCall({ report, courses, lines }: CallResult): PlottedCall {
  const { seconds } = report;
  return {
    title: titleOf(report),
    seconds,
    points: courses
      .filter(({ source }) => source === 'camera' || source === 'screen')
      .flatMap(({ from, to, source, points }) =>
        points
          .filter(({ atMs, forMs }) => atMs >= 0 && atMs <= seconds * 1_000 && forMs > 0)
          .map(({ atMs, forMs, height, bitrate, frames }) => ({
            from: source === 'camera' ? `${from}` : `${from} ${source}`,
            to,
            at: atMs / 1_000,
            height,
            bitrate: bitrate / 1_000,
            framesPerSecond: (frames * 1_000) / forMs,
          })),
      ),
    cuts: lines.flatMap((line) => cutsOn(line).map((cut) => ({ to: line.who, ...cut }))),
  };
}

/** Of how many, and on which networks. */
export function titleOf({ participants, network }: CallResult['report']): string {
  const dialled = network?.lines ?? [];
  const [first, ...others] = dialled;
  const isAlike = dialled.length === participants && others.every((line) => line.network === first?.network);
  const networks = isAlike
    ? `all on ${first?.network ?? ''}`
    : dialled.map((line) => `${line.participant} on ${line.network}`).join(', ');
  return `A call of ${participants}${networks === '' ? '' : `: ${networks}`}`;
}
