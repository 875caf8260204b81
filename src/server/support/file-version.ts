import { stat } from 'node:fs/promises';

/** Another text whenever one of the files may have another content: replaced, written anew, or linked elsewhere. */
export async function versionOf(...files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return found.map((file) => (file === undefined ? '-' : `${file.ino}/${file.size}/${file.mtimeMs}`)).join(' ');
}
