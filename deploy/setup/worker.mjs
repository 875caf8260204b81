/** The media worker: yours, the cached one, mediasoup's prebuilt one, or one built here. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { SetUpError } from './errors.mjs';
import { npmView } from './npm.mjs';
import { RECIPE } from './paths.mjs';
import { readWorker, runs, storeWorker } from './worker-cache.mjs';

const ANSWER_MILLISECONDS = 5_000;
const DOWNLOAD_MILLISECONDS = 120_000;

/**
 * A worker that is there already or can be downloaded.
 * @param {string} folder its place in the cache
 * @param {string} version mediasoup's
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>} its file; undefined when one must be built
 * @throws {SetUpError} when MEDIASOUP_WORKER_BIN names none
 */
export async function findWorker(folder, version, say) {
  const own = process.env['MEDIASOUP_WORKER_BIN'];
  if (own) {
    if (runs(own)) return own;
    throw new SetUpError(
      `MEDIASOUP_WORKER_BIN is ${own}, which is no media worker that runs here. Correct or unset it.`,
    );
  }
  const cached = readWorker(folder);
  if (cached.file) return cached.file;
  if (cached.trouble) say(`The cached media worker is discarded: ${cached.trouble}.`);
  try {
    await storeWorker(folder, (file) => download(version, file));
    say('Downloaded the media worker.');
  } catch (error) {
    say(`No prebuilt media worker to be had: ${reasonOf(error)}`);
  }
  return readWorker(folder).file;
}

/**
 * Needs the packages of workerPackages() and mediasoup in node_modules.
 * @param {string} folder its place in the cache
 * @param {string} modules the folder node_modules
 * @param {string} log
 * @returns {import('./progress.mjs').Step}
 */
export function buildWorker(folder, modules, log) {
  return {
    label: 'Building the media worker from source',
    usual: 'about 5 minutes, once',
    log,
    advice: 'Building works on Debian 12 and newer. Elsewhere set MEDIASOUP_WORKER_BIN to a media worker of your own.',
    work: (run) =>
      storeWorker(folder, (file) => run(['bash', join(RECIPE, 'build.sh'), join(modules, 'mediasoup'), file])),
  };
}

/**
 * Fetches the file that mediasoup's own installer would fetch, from the place that mediasoup's package.json names.
 * @param {string} version
 * @param {string} file where the binary goes
 * @returns {Promise<void>}
 * @throws when there is none for this platform, or it cannot be reached within a few seconds
 */
async function download(version, file) {
  const repository = npmView(`mediasoup@${version}`, 'repository.url').replace(/^git\+|\.git$/g, '');
  const kernel = platform() === 'linux' ? `-kernel${release().split('.')[0] ?? ''}` : '';
  const asset = `mediasoup-worker-${version}-${platform()}-${arch()}${kernel}.tgz`;
  const aborter = new AbortController();
  /** @param {number} milliseconds */
  const abortIn = (milliseconds) =>
    setTimeout(() => {
      aborter.abort();
    }, milliseconds);
  let timer = abortIn(ANSWER_MILLISECONDS);
  try {
    const response = await fetch(`${repository}/releases/download/${version}/${asset}`, { signal: aborter.signal });
    if (!response.ok) throw new Error(`status ${response.status} for ${asset}`);
    clearTimeout(timer);
    timer = abortIn(DOWNLOAD_MILLISECONDS);
    const archive = `${file}.tgz`;
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    const unpacked = spawnSync('tar', ['-xzf', archive, '-C', dirname(file)]);
    if (unpacked.status !== 0) throw new Error(`${asset} cannot be unpacked`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {unknown} error
 * @returns {string} the innermost reason in a few words
 */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
