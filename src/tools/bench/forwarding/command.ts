import { Option, type Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import type { Run } from '../run-bench.ts';
import { mediaKinds, type MediaKind } from '../systems/streams.ts';
import { measureForwarding } from './run.ts';
import { forwardingRows, forwardingTitle } from './table.ts';

interface Options {
  readonly receivers: number;
  readonly everybody?: number;
  readonly rate: number;
  readonly bytes: number;
  readonly media: MediaKind;
  readonly windows: number;
  readonly seconds: number;
}

const help = `
Sotto, a bare mediasoup (the same worker and nothing of ours around it) and, where installed, Janus (apt-get install janus) stand
ready with the same peers. Sound is forwarded as it comes. Of pictures a router sends each receiver the layers that its line
can carry as estimated, which Janus does not do.

Examples:
  $ sotto bench forwarding                                    one sender, 20 receivers
  $ sotto bench forwarding --everybody 8 --rate 50 --bytes 160     eight who hear each other
  $ sotto bench forwarding --media picture --rate 150 --json`;

/** `sotto bench forwarding`. */
export function addForwarding(bench: Command, run: Run): void {
  bench
    .command('forwarding')
    .description('what a forwarded packet costs, in ns of the media process, beside mediasoup and Janus')
    .option('--receivers <number>', 'who receive one sender', wholeNumber(1, 100), 20)
    .option('--everybody <number>', 'instead: so many, who all receive each other', wholeNumber(2, 40))
    .option('--rate <number>', 'packets a second of each sender', wholeNumber(1, 5_000), 400)
    .option('--bytes <number>', 'length of each packet’s payload', wholeNumber(20, 1_180), 1_100)
    .addOption(new Option('--media <kind>', 'what is sent').choices(mediaKinds).default('sound'))
    .option('--windows <number>', 'how often each system is measured', wholeNumber(1, 100), 12)
    .option(
      '--seconds <number>',
      'length of each window: many short ones say more than few long ones',
      wholeNumber(1, 60),
      1,
    )
    .addHelpText('after', help)
    .action(async ({ everybody, receivers, ...options }: Options) => {
      await run(async (progress, signal) => {
        const who = everybody === undefined ? { senders: 1, receivers } : { senders: everybody, receivers: 0 };
        const report = await measureForwarding({ ...options, ...who, progress, signal });
        return {
          name: 'forwarding',
          title: forwardingTitle(report),
          rows: forwardingRows(report),
          notes: notes(report.janus === null),
          report: { ...report },
          machine: report.machine,
        };
      });
    });
}

function notes(janusIsMissing: boolean): string[] {
  return [
    'ns: time that all threads of the media process were on a core, for each packet that reached a receiver; SRTP in and out. Hop: from before sealing to after opening, a little of which is the probe’s own.',
    'All systems stand ready and have their windows in turns, so what else runs falls on all alike. All of them get the same packets from the same peers. Janus runs with one event loop, logs nothing, and has the SRTP library of its package; bare mediasoup has our worker binary with default options.',
    ...(janusIsMissing ? ['Janus is not installed. To compare with it: apt-get install janus'] : []),
  ];
}
