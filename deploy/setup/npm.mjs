/** npm, and the Node that it installs for us. */
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { SetUpError } from './errors.mjs';

const WANTED_NODE = 24;

/**
 * The command line for an npm command: the npm that called us, on its own Node. (A distribution's npm may not run on
 * another Node, and our PATH may already begin with ours.)
 * @param {...string} args
 * @returns {string[]}
 */
export function npm(...args) {
  const { npm_node_execpath: node, npm_execpath: program } = process.env;
  return node && program ? [node, program, ...args] : ['npm', ...args];
}

/**
 * A package's field in the registry.
 * @param {string} spec such as "mediasoup@3.27.1"
 * @param {string} field
 * @returns {string} empty when npm cannot tell
 */
export function npmView(spec, field) {
  const [program = '', ...args] = npm('view', spec, field);
  return spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).stdout.trim();
}

/**
 * Sees to it that the Node which runs the project is the first on the PATH of npm's scripts: the installed package, or, on
 * a platform that it does not exist for, our own. (npm 10 and older installs the package, but does not link its program.)
 * @param {string} modules the folder node_modules
 * @returns {string} the program
 * @throws {SetUpError} when neither will do
 */
export function provideNode(modules) {
  const link = join(modules, '.bin', 'node');
  if (works(link)) return link;
  const packaged = join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (works(join(modules, '.bin', packaged))) {
    rmSync(link, { force: true });
    symlinkSync(packaged, link);
    return link;
  }
  if (Number.parseInt(process.versions.node, 10) >= WANTED_NODE) return process.execPath;
  throw new SetUpError(
    `Node ${WANTED_NODE} is wanted, this is Node ${process.versions.node}, and npm has none for this platform. ` +
      `Install Node ${WANTED_NODE} and run the same command again.`,
  );
}

/**
 * @param {string} node
 * @returns {boolean}
 */
function works(node) {
  return spawnSync(node, ['--version']).status === 0;
}

/**
 * @param {string} modules the folder node_modules
 * @returns {string} a PATH on which the project's programs come first
 */
export function pathWith(modules) {
  return [join(modules, '.bin'), process.env['PATH']].join(delimiter);
}
