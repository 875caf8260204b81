import type { Command } from 'commander';
import { checkSettings } from '../server/settings/check.ts';
import { settingsAlone } from '../server/settings/load.ts';
import { inWords } from '../server/settings/problem.ts';
import type { Live } from './self-call/live.ts';

interface Options {
  readonly config?: string;
  readonly json?: true;
  readonly live?: true;
}

const help = `
Changes nothing: certificate, keys and directories are looked at, ports are tried and let go of. Run it where the router
will run, as the user that it runs as, and before it does: the ports of one that is running are taken.

With --live it runs already: when its settings are right, two participants without a browser call each other through it, as
people would: at the announced address, encrypted, over UDP and then over TCP. It is told what a firewall has swallowed. A
firewall that lets this machine speak with itself is seen from another one only: sotto call --router URL. The router needs no
token for this call, and counts it nowhere (PROTOCOL section 7, "Self-call").

Examples:
  $ sotto check-config --config /etc/sotto/router.toml
  $ sotto check-config --config router.toml --json | jq .errors
  $ sotto check-config --config /etc/sotto/router.toml --live

Exit codes:
  0  a router would start; there may be warnings
  1  something is wrong: each error names file, line, setting and what to do; with --live also when no router runs, or no call came about`;

/** `sotto check-config`: all that is wrong with the settings, and what a router that serves a region should not do. */
export function addCheckConfigCommand(program: Command): void {
  program
    .command('check-config')
    .description('tell all that is wrong with the settings at once, and what is not wise')
    .option('--config <file>', 'settings as TOML, else what SOTTO_CONFIG names; SOTTO_… variables override them')
    .option('--live', 'then call the router that runs with these settings')
    .option(
      '--json',
      'one line: { ok, errors, warnings }, each with file, line, key, problem, remedy; with --live also { live }',
    )
    .addHelpText('after', help)
    .action(checkConfig);
}

async function checkConfig({ config, json, live: asked }: Options): Promise<void> {
  const isLive = asked === true;
  const { errors, warnings } = await checkSettings(config, process.env, isLive);
  const live = isLive && errors.length === 0 ? await checkRunning(config) : undefined;
  const ok = errors.length === 0 && live?.ok !== false;
  const lines = [
    ...errors.map((error) => `error    ${inWords(error)}`),
    ...(live?.failures ?? []).map((failure) => `error    ${failure}`),
    ...warnings.map((warning) => `warning  ${inWords(warning)}`),
    ...(live?.warnings ?? []).map((warning) => `warning  ${warning}`),
    ...(live?.passed ?? []).map((line) => `well     ${line}`),
    `${count([...errors, ...(live?.failures ?? [])], 'error')}, ${count([...warnings, ...(live?.warnings ?? [])], 'warning')}.`,
  ];
  process.stdout.write(`${json ? JSON.stringify({ ok, errors, warnings, live }) : lines.join('\n')}\n`);
  process.exitCode = ok ? 0 : 1;
}

/** What it takes to call is loaded only where somebody does. */
async function checkRunning(config: string | undefined): Promise<Live> {
  const { checkLive } = await import('./self-call/live.ts');
  return checkLive(settingsAlone(config), (line) => process.stderr.write(`${line}\n`));
}

function count(problems: readonly unknown[], word: string): string {
  return `${problems.length} ${word}${problems.length === 1 ? '' : 's'}`;
}
