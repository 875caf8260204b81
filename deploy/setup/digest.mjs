/** SHA-256 of files. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * @param {string} file
 * @returns {string} its content's SHA-256 in hex
 */
export function digestOfFile(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * One digest over many files: changes when a file's name or content does, when one is added or taken away.
 * @param {string} base the digest does not depend on where this folder is
 * @param {readonly string[]} entries files and folders in `base`
 * @returns {string} SHA-256 in hex
 */
export function digestOfFiles(base, entries) {
  const hash = createHash('sha256');
  for (const file of entries.flatMap((entry) => filesIn(join(base, entry))).sort()) {
    const name = relative(base, file).split(sep).join('/');
    hash.update(`${digestOfFile(file)}  ${name}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path a file or a folder
 * @returns {string[]} the files in it, at any depth
 */
function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}
