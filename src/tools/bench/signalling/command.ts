import type { Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import type { Run } from '../run-bench.ts';
import { inOrder } from '../statistics.ts';
import { measureSignalling } from './run.ts';

interface Options {
  readonly idle: number;
  readonly participants: number;
  readonly rate: number;
  readonly windows: number;
  readonly seconds: number;
}

const help = `
Examples:
  $ sotto bench signalling                                     20 in a call, 1,000 others idle
  $ sotto bench signalling --participants 40 --rate 40 --json`;

/** `sotto bench signalling`. */
export function addSignalling(bench: Command, run: Run): void {
  bench
    .command('signalling')
    .description('messages a second between participants through the router, while many sockets are idle')
    .option('--idle <number>', 'sockets that are connected and say nothing', wholeNumber(0, 10_000), 1_000)
    .option('--participants <number>', 'who send to each other', wholeNumber(2, 100), 20)
    .option('--rate <number>', 'messages to all others, a second, of each', wholeNumber(1, 45), 20)
    .option('--windows <number>', 'how often it is measured', wholeNumber(1, 100), 5)
    .option('--seconds <number>', 'length of each window', wholeNumber(1, 60), 3)
    .addHelpText('after', help)
    .action(async (options: Options) => {
      await run(async (progress, signal) => {
        const report = await measureSignalling({ ...options, progress, signal });
        return {
          name: 'signalling',
          title: `Messages of 200 B between ${report.participants} in one call, with ${report.idleSockets} idle sockets`,
          rows: {
            head: ['', ''],
            rows: [
              ['sent, each to all others', `${report.sentPerSecond} a second`],
              ['delivered', `${report.deliveredPerSecond} a second, ${(report.delivered * 100).toFixed(2)} %`],
              ['router, for each delivered: min / median / max', `${inOrder(report.nsPerMessage)} ns`],
              ['one core delivers', `${report.perSecondOnOneCore} a second`],
              ['the idle sockets alone', `${(report.idleCore * 100).toFixed(1)} % of a core`],
              ['on the way: p50 / p95', `${report.delayMs.p50} / ${report.delayMs.p95} ms`],
            ],
          },
          notes: [
            'What comes within 10 to 50 ms goes out together (PROTOCOL 8, relay.received), which is most of the time on the way.',
            'Ours only: mediasoup has no signalling, and Janus’s video room relays nothing between its participants.',
          ],
          report: { ...report },
          machine: report.machine,
        };
      });
    });
}
