/** Node packages: whether those installed are those of package-lock.json, and `npm ci`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { npm } from './npm.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages by folder, such as "node_modules/ws"
 */

/**
 * @param {string} project the folder of package-lock.json
 * @returns {LockedPackages} without the project itself
 */
export function lockedPackages(project) {
  return packagesOf(join(project, 'package-lock.json'));
}

/**
 * Compares package-lock.json with what npm noted down when it last finished installing. (`npm ci` takes the note away
 * first, so an installation that was broken off does not match.)
 * @param {string} project
 * @returns {boolean}
 */
export function dependenciesMatch(project) {
  /** @type {LockedPackages} */
  let installed;
  try {
    installed = packagesOf(join(project, 'node_modules', '.package-lock.json'));
  } catch {
    return false;
  }
  return Object.entries(lockedPackages(project)).every(([folder, wanted]) => {
    const found = installed[folder];
    if (!found) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * @param {string} log
 * @returns {import('./progress.mjs').Step}
 */
export function installDependencies(log) {
  return {
    label: 'Installing Node packages',
    usual: 'about 20 seconds',
    log,
    advice: 'Check that the npm registry is reachable, then run the same command again.',
    // The page is built with development packages. mediasoup's own installer leaves the worker to whoever sets the
    // variable; we see to the worker ourselves.
    work: (run) =>
      run(npm('ci', '--include=dev', '--loglevel=error'), { ...process.env, MEDIASOUP_WORKER_BIN: 'installed later' }),
  };
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function packagesOf(file) {
  /** @type {unknown} */
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const lock = /** @type {{ packages: LockedPackages }} */ (json);
  return Object.fromEntries(Object.entries(lock.packages).filter(([folder]) => folder !== ''));
}
