import type { Command } from 'commander';
import { addForwarding } from './forwarding/command.ts';
import { addJoin } from './join/command.ts';
import { addMemory } from './memory/command.ts';
import { addRekey } from './rekey/command.ts';
import { runOf } from './run-bench.ts';
import { addSignalling } from './signalling/command.ts';

const help = `
Each bench says in its own help what it measures and how:
  $ sotto bench forwarding --json
  $ sotto bench forwarding --out report
  $ sotto bench forwarding --help

Exit code: 0 when it could be measured, whatever came out, 1 when it could not.`;

/** `sotto bench`: what things cost and how long they take, beside the same in others where they have it. */
export function addBenchCommand(program: Command): void {
  const bench = program
    .command('bench')
    .description('measure a router of its own on this machine, beside a bare mediasoup and Janus')
    .option('--json', 'one line of JSON at the end of the output, and no table')
    .option('--out <directory>', 'write the table and all figures there')
    .addHelpText('after', help);
  const run = runOf(bench);
  addForwarding(bench, run);
  addJoin(bench, run);
  addRekey(bench, run);
  addMemory(bench, run);
  addSignalling(bench, run);
}
