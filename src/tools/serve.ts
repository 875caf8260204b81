import type { Command } from 'commander';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(import.meta.resolve('../server/main.ts'));

const help = `
Says where its page is when it is ready. On an address that others can reach it starts only if it can forget: with swap and
core dumps off. SIGTERM and Ctrl-C stop it.

Examples:
  $ sotto serve
  $ sotto serve --config /etc/sotto/router.toml
  $ SOTTO_PORT=8080 sotto serve

Exit codes:
  0  it was told to stop, and has
  1  it could not start, and said why`;

/** `sotto serve`: this process becomes a router, started in the way that lets it forget, until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start a router')
    .option('--config <file>', 'settings as TOML, else what SOTTO_CONFIG names; SOTTO_… variables override them')
    .addHelpText('after', help)
    .action(async ({ config }: { config?: string }) => {
      process.argv.splice(1, Infinity, main, ...(config === undefined ? [] : ['--config', config]));
      await import('../server/main.ts');
    });
}
