/** The cache of media workers: a folder each, outside the project, with the binary and its checksum. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { digestOfFile, digestOfFiles } from './digest.mjs';

const BINARY = 'mediasoup-worker';
const CHECKSUM = `${BINARY}.sha256`;
/** What a worker ends with when it is started by hand, without the variable that mediasoup sets. */
const STARTED_BY_HAND = 41;

/**
 * The folder of the worker for this version, recipe and machine.
 * @param {string} cache
 * @param {string} version mediasoup's
 * @param {string} recipe the folder deploy/worker
 * @returns {string}
 */
export function workerFolder(cache, version, recipe) {
  const key = [version, digestOfFiles(recipe, ['.']), process.platform, process.arch, libc()].join('\n');
  return join(cache, 'worker', createHash('sha256').update(key).digest('hex'));
}

/**
 * @param {string} folder from workerFolder()
 * @returns {string} the worker in it
 */
export function workerFile(folder) {
  return join(folder, BINARY);
}

/**
 * @typedef {object} Cached
 * @property {string} [file] the worker
 * @property {string} [trouble] why the one that was there must not be used
 */

/**
 * Checks the cached worker; to be done before each use. One that is not as it was stored, or does not run, is discarded.
 * @param {string} folder from workerFolder()
 * @returns {Cached}
 */
export function readWorker(folder) {
  if (!existsSync(folder)) return {};
  const file = workerFile(folder);
  const trouble = troubleWith(file, join(folder, CHECKSUM));
  if (!trouble) return { file };
  rmSync(folder, { recursive: true });
  return { trouble };
}

/**
 * Makes a worker and stores it. Several set-ups may do so at the same time: each makes its own, the first to finish stores.
 * @param {string} folder from workerFolder()
 * @param {(file: string) => Promise<void>} make writes the binary to `file`
 * @returns {Promise<void>}
 * @throws when `make` does, or when what it made does not run
 */
export async function storeWorker(folder, make) {
  mkdirSync(dirname(folder), { recursive: true });
  const workshop = mkdtempSync(`${folder}.`);
  try {
    const file = join(workshop, BINARY);
    await make(file);
    chmodSync(file, 0o755);
    if (!runs(file)) throw new Error('The media worker was made, but does not run on this machine.');
    writeFileSync(join(workshop, CHECKSUM), `${digestOfFile(file)}  ${BINARY}\n`);
    try {
      renameSync(workshop, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether it is a media worker that runs on this machine
 */
export function runs(file) {
  return spawnSync(file, { env: {}, stdio: 'ignore', timeout: 10_000 }).status === STARTED_BY_HAND;
}

/**
 * @param {string} file
 * @param {string} checksum
 * @returns {string | undefined}
 */
function troubleWith(file, checksum) {
  try {
    if (!readFileSync(checksum, 'utf8').startsWith(`${digestOfFile(file)} `))
      return 'it has changed since it was stored';
  } catch {
    return 'it is incomplete';
  }
  return runs(file) ? undefined : 'it does not run on this machine any more';
}

/** @returns {string} the C library's version where there is GNU's, else "other" */
function libc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime ?? 'other';
}
