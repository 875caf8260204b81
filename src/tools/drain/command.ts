import { setTimeout as after } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { settingsAlone } from '../../server/settings/load.ts';
import { atLeast } from '../status/command.ts';
import { ControlClient, NoRouterError } from '../status/control-client.ts';

/** How often it is looked whether the router has stopped, in ms. */
const lookMs = 500;

/** `sotto drain`: takes the router on this machine out without cutting a call. */
export function addDrainCommand(program: Command): void {
  program
    .command('drain')
    .description('start no more calls, let those that run finish or move, then stop the router; waits for that')
    .option('--config <file>', 'the settings that it was started with; SOTTO_… variables override them')
    .option(
      '--deadline <time>',
      'when calls that still run are ended: 90s, 10m, 2h (default: its drain_seconds)',
      seconds,
    )
    .addHelpText('after', '\nExit code: 0 it has stopped, 1 no router answers.')
    .action(async ({ config, deadline }: { config?: string; deadline?: number }) => {
      const settings = settingsAlone(config);
      const router = await ControlClient.find(settings);
      await router.drain(deadline ?? settings.drainMs / 1_000);
      await untilStopped(router);
      process.stderr.write('The router has stopped.\n');
    });
}

/** Says how it goes whenever that changes, once. */
async function untilStopped(router: ControlClient): Promise<void> {
  let said: string | undefined;
  for (;;) {
    try {
      const { calls, participants, secondsLeft } = await router.status();
      const words = `Calls: ${atLeast(calls)}. Participants: ${atLeast(participants)}.`;
      if (words !== said) process.stderr.write(`${words} It stops in ${secondsLeft ?? 0} s at the latest.\n`);
      said = words;
    } catch (error) {
      if (error instanceof NoRouterError) return;
      throw error;
    }
    await after(lookMs);
  }
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** `90s`, `10m`, `2h` in seconds; a day at most. */
function seconds(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const value = Number(digits) * (units[unit] ?? NaN);
  if (value <= 86_400) return value;
  throw new InvalidArgumentError('Give a time of a day at most, as 90s, 10m or 2h.');
}
