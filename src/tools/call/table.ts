import Table from 'cli-table3';
import type { CallReport, StreamReport } from './report.ts';

const head = [
  'to',
  'from',
  'source',
  'decoded',
  'fps',
  'size',
  'kbit/s',
  'freezes',
  'sound',
  'made up',
  'first frame',
  'not opened',
  'replayed',
];

/** The report as people read it: one line for each stream, and what the networks did. */
export function tableOf({ streams, joinMs, network }: CallReport): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const stream of streams) table.push(row(stream));
  const joined = joinMs.flatMap((ms, index) => (ms === null ? [] : [`${index + 1}: ${ms.toFixed(0)} ms`])).join(', ');
  return [table.toString(), `Joined in  ${joined}`, ...(network === null ? [] : linesInWords(network))].join('\n');
}

function row(stream: StreamReport): (string | number)[] {
  const isVideo = stream.source === 'camera' || stream.source === 'screen';
  const { firstFrameMs } = stream;
  return [
    stream.to,
    stream.from,
    stream.source,
    isVideo ? stream.framesDecoded : '',
    isVideo ? stream.framesPerSecond.toFixed(1) : '',
    isVideo ? `${stream.frameWidth}×${stream.frameHeight}` : '',
    (stream.bitrate / 1_000).toFixed(0),
    isVideo ? `${stream.freezes} (${stream.freezeSeconds.toFixed(1)} s)` : '',
    isVideo ? '' : stream.totalAudioEnergy.toFixed(3),
    isVideo ? '' : `${(stream.concealedShare * 100).toFixed(1)} %`,
    firstFrameMs === null ? 'never' : `${firstFrameMs.toFixed(0)} ms`,
    stream.undecryptable,
    stream.replayed,
  ];
}

function linesInWords({ lines, lateMs }: NonNullable<CallReport['network']>): string[] {
  const gone = ({ packets, lost, overflowed, cut }: (typeof lines)[number]['up']): string =>
    `${packets} packets, ${lost} lost, ${overflowed} dropped by a full queue, ${cut} cut off`;
  return [
    ...lines.map(
      ({ participant, network, up, down }) => `${participant} on ${network}  up: ${gone(up)}; down: ${gone(down)}`,
    ),
    `95 of 100 packets were at most ${lateMs.toFixed(2)} ms later than dialled.`,
  ];
}
