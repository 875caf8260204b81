import type { Command } from 'commander';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(import.meta.resolve('../server/main.ts'));

/** `sotto serve`: this process becomes a router, started in the way that lets it forget, until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start a router')
    .option('--config <file>', 'settings as JSON; SOTTO_… variables override them')
    .action(async ({ config }: { config?: string }) => {
      process.argv.splice(1, Infinity, main, ...(config === undefined ? [] : ['--config', config]));
      await import('../server/main.ts');
    });
}
