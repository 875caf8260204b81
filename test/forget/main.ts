// `npm run forget`: looks for what a router keeps of a call that is over, as somebody would who had its machine.
import { InvalidArgumentError, Option, program } from 'commander';
import Table from 'cli-table3';
import { endings, examine, type Ending, type Findings } from './examination.ts';
import { kinds } from './needles.ts';
import { reportOn, type Run } from './report.ts';

interface Options {
  readonly ending: Ending | 'all';
  readonly participants: number;
  readonly calls: number;
  readonly runs: number;
  readonly tls: boolean;
  readonly show: boolean;
  readonly json: boolean;
}

program
  .name('npm run forget --')
  .description(
    'Starts a router, holds a call of participants with real media, each from a loopback address of its own, ends it, ' +
      "waits 5 s, and searches the memory of all the router's processes for anything about it. Then does the same with a " +
      'router that is told not to forget, where the search must find something.',
  )
  .addOption(new Option('--ending <how>', 'how the call ends').choices([...endings, 'all']).default('leave'))
  .option('--participants <number>', 'how many take part (2 to 16)', wholeNumber(2, 16), 8)
  .option(
    '--calls <number>',
    'short calls before it; compares memory after the first 20 with the end',
    wholeNumber(0, 2_000),
    0,
  )
  .option('--runs <number>', 'how often, one after another', wholeNumber(1, 100), 1)
  .option('--tls', 'over HTTPS', false)
  .option('--show', 'what stands around each hit that was left: for developers, it may name what was in memory', false)
  .option(
    '--json',
    'one line of JSON at the end: ok, hitsDuring, hitsAfter, byKind, processes, seconds, control, runs',
    false,
  )
  .parse();

const options = program.opts<Options>();
const beganMs = performance.now();
const runs: Run[] = [];
const chosen = options.ending === 'all' ? endings : [options.ending];
for (let number = 1; number <= options.runs; number += 1)
  for (const ending of chosen) runs.push(await run(ending, true, options.calls));
const control = await run('leave', false, 0);
const report = reportOn(runs, control, (performance.now() - beganMs) / 1_000);
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else
  process.stdout.write(
    `${tableOf(runs, control)}\n${report.problems.join('\n')}\n${report.ok ? 'Nothing is left.' : 'NOT OK'}\n`,
  );
process.exitCode = report.ok ? 0 : 1;

async function run(ending: Ending, forgetting: boolean, earlierCalls: number): Promise<Run> {
  const name = forgetting ? ending : `${ending}, not forgetting`;
  const findings = await examine({
    ending,
    forgetting,
    earlierCalls,
    participants: options.participants,
    encrypted: options.tls,
    say: (step) => process.stderr.write(`${name}: ${step}\n`),
  });
  if (options.show && forgetting) show(findings);
  return { ending, ...findings };
}

function show({ left }: Findings): void {
  for (const { needle, mapping, around } of left) process.stderr.write(`${needle.kind} | ${mapping} | ${around}\n`);
}

function tableOf(all: readonly Run[], unforgetting: Run): string {
  const head = [
    'copies in memory',
    ...all.map(({ ending }) => `${ending}\nduring / after`),
    'control: not\nforgetting',
  ];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const kind of kinds) {
    const cells = [...all, unforgetting].map(({ byKind }) => `${byKind[kind].during} / ${byKind[kind].after}`);
    table.push([kind, ...cells]);
  }
  table.push(['all', ...[...all, unforgetting].map(({ hitsDuring, hitsAfter }) => `${hitsDuring} / ${hitsAfter}`)]);
  return table.toString();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
