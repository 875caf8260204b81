/** Debian packages: which are missing, and how they come. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SetUpError } from './errors.mjs';
import { RECIPE } from './paths.mjs';

/** Where Debian's package manager notes what is installed. */
const DPKG_STATUS = '/var/lib/dpkg/status';
/** What Debian's packages ask whether they may start their services. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/**
 * @typedef {object} System what the set-up asks the machine
 * @property {boolean} root whether we may install packages
 * @property {() => ReadonlySet<string> | undefined} installed the installed packages, undefined where there is no Debian
 */

/** @type {System} */
const thisSystem = {
  root: process.getuid?.() === 0,
  installed() {
    if (!existsSync(DPKG_STATUS)) return undefined;
    const entries = readFileSync(DPKG_STATUS, 'utf8').matchAll(/^Package: (.*)\n(?:.+\n)*?Status: .* installed$/gm);
    return new Set(Array.from(entries, ([, name = '']) => name));
  },
};

/**
 * The packages that the recipe for the media worker needs.
 * @returns {string[]}
 */
export function workerPackages() {
  return readFileSync(join(RECIPE, 'debian-packages'), 'utf8').trim().split('\n');
}

/**
 * Which of the wanted packages are to be installed.
 * @param {readonly string[]} wanted
 * @param {System} [system]
 * @returns {string[]} empty when nothing is missing
 * @throws {SetUpError} when some are missing and this user or this system cannot install them
 */
export function packagesToInstall(wanted, system = thisSystem) {
  if (wanted.length === 0) return [];
  const installed = system.installed();
  if (!installed) {
    throw new SetUpError(
      `This system is not Debian, so please install what these Debian packages hold: ${wanted.join(' ')}\n` +
        'For a media worker of your own, set MEDIASOUP_WORKER_BIN to its path: then no packages for building one are wanted.',
    );
  }
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length > 0 && !system.root) {
    throw new SetUpError(
      `Debian packages are missing, and only root may install them. Run this, then the same command again:\n\n` +
        `  sudo apt-get install --no-install-recommends ${missing.join(' ')}\n`,
    );
  }
  return missing;
}

/**
 * @param {readonly string[]} packages
 * @param {string} log
 * @returns {import('./progress.mjs').Step}
 */
export function installPackages(packages, log) {
  return {
    label: `Installing ${packages.length} Debian packages`,
    usual: 'about 1 minute',
    log,
    advice: 'Check the network and the sources of apt-get, then run the same command again.',
    async work(run) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const install = () => run(['apt-get', 'install', '-y', '--no-install-recommends', ...packages], env);
      // Programs are wanted, not services: Prometheus would start one.
      const denied = !existsSync(SERVICE_POLICY);
      if (denied) writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
      try {
        await install();
      } catch {
        // The package lists are missing or out of date.
        await run(['apt-get', 'update'], env);
        await install();
      } finally {
        if (denied) rmSync(SERVICE_POLICY);
      }
    },
  };
}
