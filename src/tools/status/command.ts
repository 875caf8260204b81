import type { Command } from 'commander';
import { settingsAlone } from '../../server/settings/load.ts';
import { batchSize } from '../../server/telemetry/batches.ts';
import type { Status } from '../../server/telemetry/control.ts';
import { ControlClient } from './control-client.ts';

/** Exit code of `sotto status` for a router that runs and takes no new calls. */
const notServing = 2;

/** `sotto status`: how the router on this machine is. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('say how the router on this machine is; counts in steps, so that nobody is singled out')
    .option('--config <file>', 'the settings that it was started with; SOTTO_… variables override them')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExit code: 0 it takes calls, 2 it runs and drains, 1 no router answers.')
    .action(async ({ config, json }: { config?: string; json?: true }) => {
      const status = await (await ControlClient.find(settingsAlone(config))).status();
      process.stdout.write(`${json ? JSON.stringify(status) : inWords(status)}\n`);
      if (status.state !== 'serving') process.exitCode = notServing;
    });
}

function inWords({ address, region, announcedAddress, state, secondsLeft, calls, participants }: Status): string {
  return [
    state === 'serving'
      ? `The router serves: ${address}`
      : `The router drains, and stops in ${secondsLeft ?? 0} s at the latest: ${address}`,
    ...(region === null ? [] : [`Its region: ${region}.`]),
    `People are told to send media to ${announcedAddress}.`,
    `Calls: ${atLeast(calls)}. Participants: ${atLeast(participants)}.`,
  ].join('\n');
}

/** A step (`stepBelow`) as people say it. */
export function atLeast(step: number): string {
  return step === 0 ? `fewer than ${batchSize}` : `at least ${step}`;
}
