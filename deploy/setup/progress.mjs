/** Long steps: what is being done, how long it usually takes, how long it took, and what went wrong. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { SetUpError } from './errors.mjs';

const LINES_SHOWN = 30;
const QUIET_REPORT_SECONDS = 30;

/**
 * @typedef {object} Step
 * @property {string} label what is done, as in "Building the page"
 * @property {string} usual how long that takes, as in "about 5 minutes, once"
 * @property {string} log the file for the commands' whole output
 * @property {string} advice what to do if it fails
 * @property {(run: Run) => Promise<void>} work
 *
 * @typedef {(command: readonly string[], env?: NodeJS.ProcessEnv) => Promise<void>} Run
 *   Runs a command, its output going to the step's log. Rejects when the command fails or cannot be started.
 *
 * @typedef {object} Output
 * @property {boolean | undefined} [isTTY]
 * @property {(text: string) => unknown} write
 */

/**
 * Takes a step, showing its progress.
 * @param {Step} step
 * @param {string} position such as "[2/3]"
 * @param {Output} [output]
 * @returns {Promise<void>}
 * @throws {SetUpError} with the end of the log and the step's advice, when the step fails
 */
export async function take(step, position, output = process.stderr) {
  const started = Date.now();
  const line = `${position} ${step.label} (${step.usual}) …`;
  const elapsed = () => asMinutes(Date.now() - started);
  output.write(output.isTTY ? line : `${line}\n`);
  const timer = output.isTTY
    ? setInterval(() => output.write(`\r${line} ${elapsed()}`), 1000)
    : setInterval(() => output.write(`${position} still at it, ${elapsed()}\n`), QUIET_REPORT_SECONDS * 1000);
  mkdirSync(dirname(step.log), { recursive: true });
  const log = openSync(step.log, 'w');
  try {
    await step.work((command, env) => logged(command, log, env));
    output.write(output.isTTY ? `\r${line} ${elapsed()}\n` : `${position} done in ${elapsed()}\n`);
  } catch (error) {
    output.write(output.isTTY ? `\r${line} failed after ${elapsed()}\n` : `${position} failed after ${elapsed()}\n`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetUpError(
      `${lastLines(step.log)}\n${step.label} failed: ${reason}\n${step.advice}\nThe whole output is in ${step.log}`,
      { cause: error },
    );
  } finally {
    clearInterval(timer);
    closeSync(log);
  }
}

/**
 * @param {readonly string[]} command
 * @param {number} log an open file
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<void>}
 */
function logged([program = '', ...args], log, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', log, log] });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${signal ?? `status ${String(code)}`}`));
    });
  });
}

/**
 * @param {string} file
 * @returns {string}
 */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN).join('\n');
}

/**
 * @param {number} milliseconds
 * @returns {string} minutes and seconds, such as 2:14
 */
function asMinutes(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
