import type { Command } from 'commander';
import { checkSettings } from '../server/settings/check.ts';
import { inWords, type Problem } from '../server/settings/problem.ts';

interface Options {
  readonly config?: string;
  readonly json?: true;
}

const help = `
Changes nothing: certificate, keys and directories are looked at, ports are tried and let go of. Run it where the router
will run, as the user that it runs as, and before it does: the ports of one that is running are taken.

Examples:
  $ sotto check-config --config /etc/sotto/router.toml
  $ sotto check-config --config router.toml --json | jq .errors

Exit codes:
  0  a router would start; there may be warnings
  1  something is wrong: each error names file, line, setting and what to do`;

/** `sotto check-config`: all that is wrong with the settings, and what a router that serves a region should not do. */
export function addCheckConfigCommand(program: Command): void {
  program
    .command('check-config')
    .description('tell all that is wrong with the settings at once, and what is not wise')
    .option('--config <file>', 'settings as TOML, else what SOTTO_CONFIG names; SOTTO_… variables override them')
    .option('--json', 'one line: { ok, errors, warnings }, each with file, line, key, problem, remedy')
    .addHelpText('after', help)
    .action(checkConfig);
}

async function checkConfig({ config, json }: Options): Promise<void> {
  const { errors, warnings } = await checkSettings(config);
  const ok = errors.length === 0;
  const lines = [
    ...errors.map((error) => `error    ${inWords(error)}`),
    ...warnings.map((warning) => `warning  ${inWords(warning)}`),
    `${count(errors, 'error')}, ${count(warnings, 'warning')}.`,
  ];
  process.stdout.write(`${json ? JSON.stringify({ ok, errors, warnings }) : lines.join('\n')}\n`);
  process.exitCode = ok ? 0 : 1;
}

function count(problems: readonly Problem[], word: string): string {
  return `${problems.length} ${word}${problems.length === 1 ? '' : 's'}`;
}
