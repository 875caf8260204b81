import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallResult } from './run-call.ts';

/** Writes what came of a call into a directory, which is made if it is not there: `report.json`, with every stream over time. */
export async function writeResults(directory: string, { report, courses }: CallResult): Promise<void> {
  await mkdir(directory, { recursive: true });
  const streams = report.streams.map((stream, index) => ({ ...stream, overTime: courses[index]?.points ?? [] }));
  await writeFile(join(directory, 'report.json'), `${JSON.stringify({ ...report, streams }, undefined, 1)}\n`);
}
