/** The programs that the headless call and the tests drive. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** @type {Record<string, readonly string[]>} Debian packages, and the programs of each that are wanted or will do instead */
const PROGRAMS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  'firefox-esr': ['firefox-esr', 'firefox'],
  iproute2: ['ip'],
  nftables: ['nft'],
  prometheus: ['promtool'],
  strace: ['strace'],
};

/**
 * @param {string} name a Debian package, a key of PROGRAMS
 * @param {string} [path] the folders to look in, as in $PATH
 * @returns {string | undefined} where the program is
 */
export function findProgram(name, path = process.env['PATH'] ?? '') {
  const folders = path.split(delimiter);
  return (PROGRAMS[name] ?? []).flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

/**
 * @param {string} file
 * @returns {boolean}
 */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
