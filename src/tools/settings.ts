import type { Command } from 'commander';
import { settingsReference } from '../server/settings/reference.ts';

/** `sotto settings`: prints all settings as a file to start from. */
export function addSettingsCommand(program: Command): void {
  program
    .command('settings')
    .description('print every setting with its meaning and default, as a file to start from')
    .addHelpText('after', '\nExample:\n  $ sotto settings > /etc/sotto/router.toml')
    .action(() => {
      process.stdout.write(settingsReference());
    });
}
