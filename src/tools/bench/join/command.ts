import type { Command } from 'commander';
import { sizes, wholeNumber } from '../numbers.ts';
import type { Run } from '../run-bench.ts';
import { measureJoins, type JoinReport, type Percentiles } from './run.ts';

interface Options {
  readonly inTheCall: readonly number[];
  readonly tries: number;
  readonly admissions: number;
  readonly browser?: string;
}

const help = `
A Chromium joins, leaves and joins again, each time from a page that has just been loaded. The others are participants
without browsers, all in one process, that shake hands as all do and send sealed sound and pictures of 5 frames a second.

Examples:
  $ sotto bench join                     into calls of 2, 8 and 40
  $ sotto bench join --in-the-call 8 --tries 30`;

/** `sotto bench join`. */
export function addJoin(bench: Command, run: Run): void {
  bench
    .command('join')
    .description('how long it takes from the click to somebody’s first picture, and joins per second on one core')
    .option('--in-the-call <numbers>', 'how many are in the call then', sizes(2, 40), [2, 8, 40])
    .option('--tries <number>', 'joins into each', wholeNumber(1, 200), 8)
    .option('--admissions <number>', 'joins without media, for the cost of one', wholeNumber(1, 1_000), 200)
    .option('--browser <path>', 'the Chromium to use; without it the usual places are looked at')
    .addHelpText('after', help)
    .action(async ({ inTheCall, ...options }: Options) => {
      await run(async (progress, signal) => {
        const report = await measureJoins({ ...options, sizes: inTheCall, progress, signal });
        return {
          name: 'join',
          title: 'Joining, in ms from the click: p50 / p95',
          rows: {
            head: ['in the call', 'joins', 'socket', 'let in', 'first key', 'first picture'],
            rows: report.joins.map((times) => [
              `${times.inTheCall}`,
              `${times.tries}`,
              shown(times.socketMs),
              shown(times.admittedMs),
              shown(times.keyMs),
              shown(times.firstPictureMs),
            ]),
          },
          notes: notes(report),
          report: { ...report },
          machine: report.machine,
        };
      });
    });
}

function shown({ p50, p95 }: Percentiles): string {
  return `${p50} / ${p95}`;
}

function notes({ admissions: { joins, nsPerJoin, perSecondOnOneCore, x25519 } }: JoinReport): string[] {
  const { nativeUs, javaScriptUs, factor } = x25519;
  return [
    `A join costs the router ${(nsPerJoin / 1e6).toFixed(2)} ms of one core (mean of ${joins}): ${perSecondOnOneCore} joins a second on one core. Its X25519 takes ${nativeUs} µs each in node:crypto; the same bytes in JavaScript would take ${javaScriptUs} µs, ${factor} times as long.`,
    'Ours only: neither mediasoup nor Janus has what a join is here (sealed channel, proofs, keys between participants).',
  ];
}
