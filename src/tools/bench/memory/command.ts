import type { Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import type { Run } from '../run-bench.ts';
import { shownNames, systemNames } from '../systems/system.ts';
import { measureMemory, type Held } from './run.ts';

interface Options {
  readonly participants: number;
  readonly settlingSeconds: number;
}

const help = `
Everybody has a path in each direction, sends sound and is subscribed to everybody else's.

Examples:
  $ sotto bench memory
  $ sotto bench memory --participants 40 --json`;

/** `sotto bench memory`. */
export function addMemory(bench: Command, run: Run): void {
  bench
    .command('memory')
    .description('what a call and a participant take of the memory of router and media process')
    .option('--participants <number>', 'how many are in the call', wholeNumber(2, 100), 20)
    .option('--settling-seconds <number>', 'how long processes may take to settle', wholeNumber(1, 60), 3)
    .addHelpText('after', help)
    .action(async ({ participants, settlingSeconds }: Options) => {
      await run(async (progress, signal) => {
        const report = await measureMemory({ participants, settlingSeconds, progress, signal });
        return {
          name: 'memory',
          title: `Private memory in KiB, signalling + media process, with ${participants} in one call who all hear each other`,
          rows: {
            head: ['', 'idle', 'more with one in a call', 'more for each participant'],
            rows: systemNames.map((name) => {
              const seen = report[name];
              if (seen === null) return [shownNames[name], 'not installed', '', ''];
              const { idle, oneInACall, perParticipant } = seen;
              return [shownNames[name], ...[idle, oneInACall, perParticipant].map(shown)];
            }),
          },
          notes: [
            'Private: what the process takes from everybody else (proc_pid_smaps_rollup(5)). Ours has a media process for each call, and one more that waits for the next; the others have one for all.',
            'A process in Node takes memory ahead of need and collects when it likes: its figures for few participants mean little.',
          ],
          report: { ...report },
          machine: report.machine,
        };
      });
    });
}

function shown({ signalling, media }: Held): string {
  return signalling === null ? `${media}` : `${signalling} + ${media}`;
}
