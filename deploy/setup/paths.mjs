/** Where the set-up reads and writes. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The recipe that builds the media worker. */
export const RECIPE = join(PROJECT, 'deploy', 'worker');

/**
 * The folder for what takes long to make and serves every checkout.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheFolder(env) {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sotto');
}
