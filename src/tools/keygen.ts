import type { Command } from 'commander';
import { loadRouterKey, readRouterKey, routerKeyPath } from '../server/keys/router-key.ts';
import { settingsAlone } from '../server/settings/load.ts';
import { toBase64Url } from '../shared/support/bytes.ts';

interface Options {
  readonly config?: string;
  readonly json?: true;
}

const help = `
Invitations carry the public key, and whoever follows one speaks to that router only. The secret one stays in its file:
keep a copy, since invitations end with it. A router makes its key by itself when it starts without one.

Examples:
  $ sotto keygen --config /etc/sotto/router.toml
  $ SOTTO_STATE_DIRECTORY=/var/lib/sotto sotto keygen --json

Exit codes:
  0  there is a key: the one that was there, or a new one
  1  there is none, or it cannot be used`;

/** `sotto keygen`: makes the router's key unless there is one, and prints the public one. */
export function addKeygenCommand(program: Command): void {
  program
    .command('keygen')
    .description("make the router's permanent key unless there is one, and print the public one")
    .option('--config <file>', 'settings as TOML, for their state_directory; SOTTO_… variables override them')
    .option('--json', 'one line: { routerKey, file, made }')
    .addHelpText('after', help)
    .action(keygen);
}

async function keygen({ config, json }: Options): Promise<void> {
  const { stateDirectory } = settingsAlone(config);
  const made = (await readRouterKey(stateDirectory)) === undefined;
  const { publicKey, secretKey } = await loadRouterKey(stateDirectory);
  secretKey.purge();
  const routerKey = toBase64Url(publicKey);
  const file = routerKeyPath(stateDirectory);
  process.stderr.write(json ? '' : `${made ? 'A new key is' : 'The key was'} in ${file}; the public one:\n`);
  process.stdout.write(`${json ? JSON.stringify({ routerKey, file, made }) : routerKey}\n`);
}
