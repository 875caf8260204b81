import type { Command } from 'commander';
import { startRouter } from '../server/compose.ts';
import { loadSettings } from '../server/settings/load.ts';

/** `sotto serve`: a router in this process, until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start a router')
    .option('--config <file>', 'settings as JSON; SOTTO_… variables override them')
    .action(async ({ config }: { config?: string }) => {
      const router = await startRouter(loadSettings(config));
      process.stderr.write(`Sotto is ready: ${router.address}\n`);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void router.close());
    });
}
