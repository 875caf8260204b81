import Table from 'cli-table3';
import type { CallReport, StreamReport } from './report.ts';

/** The report as people read it: one line for each stream. */
export function tableOf({ streams, joinMs }: CallReport): string {
  const table = new Table({
    head: ['to', 'from', 'source', 'decoded', 'fps', 'size', 'sound', 'first frame', 'not opened', 'replayed'],
    style: { head: [], border: [], compact: true },
  });
  for (const stream of streams) table.push(row(stream));
  const joined = joinMs.map((ms, index) => `${index + 1}: ${ms.toFixed(0)} ms`).join(', ');
  return `${table.toString()}\nJoined in  ${joined}`;
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
    isVideo ? '' : stream.totalAudioEnergy.toFixed(3),
    firstFrameMs === null ? 'never' : `${firstFrameMs.toFixed(0)} ms`,
    stream.undecryptable,
    stream.replayed,
  ];
}
