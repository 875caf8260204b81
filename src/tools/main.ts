#!/usr/bin/env node
import { program } from 'commander';
import { addBenchCommand } from './bench/command.ts';
import { addCallCommand } from './call/command.ts';
import { addCheckConfigCommand } from './check-config.ts';
import { addDrainCommand } from './drain/command.ts';
import { addIssuerCommand } from './issuer/command.ts';
import { addKeygenCommand } from './keygen.ts';
import { addRegionsCommand } from './regions/command.ts';
import { addServeCommand } from './serve.ts';
import { addSettingsCommand } from './settings.ts';
import { addStatusCommand } from './status/command.ts';

const help = `
A router for your region:
  $ sotto settings > router.toml                 write down what you want; every line says what it is
  $ sotto check-config --config router.toml      until it finds nothing wrong
  $ sotto keygen --config router.toml            make the key that invitations carry
  $ sotto serve --config router.toml

Try one out:
  $ sotto call --router https://calls.example

Exit codes: 0 when all is well, 1 when something is not; each command's help says what that is.`;

program.name('sotto').description('Run Sotto routers, and test them').showHelpAfterError().addHelpText('after', help);
program.commandsGroup('For operators:');
addServeCommand(program);
addSettingsCommand(program);
addCheckConfigCommand(program);
addKeygenCommand(program);
addRegionsCommand(program);
addIssuerCommand(program);
addStatusCommand(program);
addDrainCommand(program);
program.commandsGroup('For testers:');
addCallCommand(program);
addBenchCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`);
  process.exitCode = 1;
}
