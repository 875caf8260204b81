import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inWords, type Machine } from './machine.ts';
import { markdownOf, tableOf, type Rows } from './table.ts';

/** What a bench has found, to be shown. */
export interface Outcome {
  /** Of its files. */
  readonly name: string;
  readonly title: string;
  readonly rows: Rows;
  /** What has to be known to read the table. */
  readonly notes: readonly string[];
  /** All of it: the last line of `--json`. */
  readonly report: Readonly<Record<string, unknown>>;
  readonly machine: Machine;
}

const noisy =
  'On a noisy machine: compare medians and ratios of one run, never figures of two. Where max is far from median, or the load above ' +
  'the number of cores, run it again with more windows; a ratio that is closer to its limit than those of two runs are to each other says nothing.';

/** Shows it: as a table or, with `json`, as a last line that is one object; with `out`, also in files of that directory, which is made. */
export async function show(outcome: Outcome, { json, out }: { json?: true; out?: string }): Promise<void> {
  const { name, title, rows, notes, report, machine } = outcome;
  const below = [...notes, noisy, inWords(machine)];
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${name}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
    const parts = [`# ${title}`, markdownOf(rows), ...below];
    await writeFile(join(out, `${name}.md`), `${parts.join('\n\n')}\n`);
  }
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${[title, tableOf(rows), ...below].join('\n')}\n`);
}
