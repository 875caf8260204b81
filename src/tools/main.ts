#!/usr/bin/env node
import { program } from 'commander';
import { addCallCommand } from './call/command.ts';
import { addDrainCommand } from './drain/command.ts';
import { addIssuerCommand } from './issuer/command.ts';
import { addServeCommand } from './serve.ts';
import { addStatusCommand } from './status/command.ts';

program.name('sotto').description('Tools for testers and operators of Sotto routers').showHelpAfterError();
addCallCommand(program);
addServeCommand(program);
addIssuerCommand(program);
addStatusCommand(program);
addDrainCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`);
  process.exitCode = 1;
}
