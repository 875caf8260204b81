/** The set-up's commands: what each needs, and what is run then. */
import { join } from 'node:path';
import process from 'node:process';
import { findProgram } from './programs.mjs';
import { runInPlace } from './child.mjs';
import { dependenciesMatch, installDependencies, lockedPackages } from './dependencies.mjs';
import { SetUpError } from './errors.mjs';
import { provideNode, npm, pathWith } from './npm.mjs';
import { installPackages, packagesToInstall, workerPackages } from './packages.mjs';
import { buildPage, pageIsFresh } from './page.mjs';
import { PROJECT, RECIPE, cacheFolder } from './paths.mjs';
import { take } from './progress.mjs';
import { workerFile, workerFolder } from './worker-cache.mjs';
import { buildWorker, findWorker } from './worker.mjs';

const MODULES = join(PROJECT, 'node_modules');

/**
 * @typedef {object} Command
 * @property {readonly string[]} programs the Debian packages of those that it drives
 * @property {boolean} page whether it needs the call page
 * @property {((node: string, args: readonly string[]) => string[]) | undefined} run its command line
 */

/** @type {Record<string, Command | undefined>} */
const COMMANDS = {
  setup: { programs: [], page: true, run: undefined },
  start: { programs: [], page: true, run: (node, args) => [node, 'src/server/main.ts', ...args] },
  call: { programs: ['chromium'], page: false, run: (node, args) => [node, 'src/tools/main.ts', 'call', ...args] },
  forget: { programs: [], page: false, run: (node, args) => [node, 'test/forget/main.ts', ...args] },
  release: { programs: [], page: false, run: (node, args) => [node, 'deploy/release/main.ts', ...args] },
  runbook: { programs: ['chromium', 'iproute2', 'nftables'], page: false, run: (node) => [node, 'test/runbook.ts'] },
  bench: { programs: ['chromium'], page: false, run: (node, args) => [node, 'src/tools/main.ts', 'bench', ...args] },
  test: {
    programs: ['chromium', 'firefox-esr', 'iproute2', 'nftables', 'prometheus', 'strace'],
    page: true,
    run: (_node, args) => npm('run', 'test:all', '--silent', '--', ...args),
  },
};

/**
 * Sets up and runs a command.
 * @param {readonly string[]} argv the command's name and its arguments
 * @returns {Promise<number>} the exit status
 */
export async function main([name = '', ...args]) {
  try {
    const command = COMMANDS[name];
    if (!command) throw new SetUpError(`usage: run.mjs ${Object.keys(COMMANDS).join('|')} [args…]`);
    process.chdir(PROJECT);
    const worker = await setUp(command);
    const node = provideNode(MODULES);
    if (!command.run) return 0;
    return await runInPlace(command.run(node, args), {
      ...process.env,
      PATH: pathWith(MODULES),
      MEDIASOUP_WORKER_BIN: worker,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(cacheFolder(process.env), 'code'),
    });
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(error.message);
    return 1;
  }
}

/**
 * Does what is still to be done for a command. Whatever this user cannot do is found before the first step.
 * @param {Command} command
 * @returns {Promise<string>} the media worker's file
 * @throws {SetUpError}
 */
async function setUp(command) {
  const cache = cacheFolder(process.env);
  const version = lockedPackages(PROJECT)['node_modules/mediasoup']?.version ?? '';
  const folder = workerFolder(cache, version, RECIPE);
  /** @param {string} step */
  const log = (step) => join(cache, 'log', `${step}.log`);

  const found = await findWorker(folder, version, say);
  const programs = command.programs.filter((name) => !findProgram(name));
  const packages = packagesToInstall([...(found ? [] : workerPackages()), ...programs]);

  if (packages.length > 0) say(`Debian packages to install: ${packages.join(' ')}`);

  const steps = [
    ...(packages.length > 0 ? [installPackages(packages, log('packages'))] : []),
    ...(dependenciesMatch(PROJECT) ? [] : [installDependencies(log('dependencies'))]),
    ...(found ? [] : [buildWorker(folder, MODULES, log('worker'))]),
    ...(command.page && !pageIsFresh(PROJECT) ? [buildPage(PROJECT, MODULES, log('page'))] : []),
  ];
  for (const [index, step] of steps.entries()) {
    await take(step, `[${index + 1}/${steps.length}]`);
  }
  return found ?? workerFile(folder);
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
