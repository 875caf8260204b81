import type { Command } from 'commander';
import { sizes, wholeNumber } from '../numbers.ts';
import type { Run } from '../run-bench.ts';
import { inOrder } from '../statistics.ts';
import { measureRekeys } from './run.ts';

interface Options {
  readonly staying: readonly number[];
  readonly tries: number;
}

const help = `
Whoever has left must open nothing that is sent after. So everybody gives the others a new key at once, and seals under it 2 s
later, when everybody has it (ENCRYPTION "Rotate on a leave"): less than 2 s is not meant to be.

Examples:
  $ sotto bench rekey                  2, 8 and 40 who stay
  $ sotto bench rekey --staying 8 --tries 20`;

/** `sotto bench rekey`. */
export function addRekey(bench: Command, run: Run): void {
  bench
    .command('rekey')
    .description('how long after a leave everybody seals, and opens, under keys that whoever left never had')
    .option('--staying <numbers>', 'how many stay', sizes(2, 100), [2, 8, 40])
    .option('--tries <number>', 'leaves of each', wholeNumber(1, 100), 5)
    .addHelpText('after', help)
    .action(async ({ staying, tries }: Options) => {
      await run(async (progress, signal) => {
        const report = await measureRekeys({ sizes: staying, tries, progress, signal });
        return {
          name: 'rekey',
          title: 'After a leave, in ms since it: min / median / max',
          rows: {
            head: [
              'staying',
              'leaves',
              'last holds new keys',
              'last seals under a new key',
              'last opens under a new key',
            ],
            rows: report.rekeys.map(({ staying: number, tries: leaves, heldMs, sealedMs, openedMs }) => [
              `${number}`,
              `${leaves}`,
              inOrder(heldMs),
              inOrder(sealedMs),
              inOrder(openedMs),
            ]),
          },
          notes: [
            'All participants are in one process, and share one core for what each would do on its own device.',
            'Ours only: neither mediasoup nor Janus has keys between participants.',
          ],
          report: { ...report },
          machine: report.machine,
        };
      });
    });
}
