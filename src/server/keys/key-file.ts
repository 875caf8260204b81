import { open, rm, type FileHandle } from 'node:fs/promises';
import { keyLength } from '../../shared/sealing/public-key.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';

/** Why the secret key in a file is not used: others can read it, or it is none. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly flaw: 'read-by-others' | 'no-key';

  constructor(flaw: KeyFileError['flaw']) {
    super(flaw);
    this.flaw = flaw;
  }
}

/** The 32 secret bytes in a file, as base64url and a line end; undefined when there is no file. Throws KeyFileError. */
export async function readKeyFile(path: string): Promise<Bytes | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    if (!ownerOnly((await file.stat()).mode)) throw new KeyFileError('read-by-others');
    const secretKey = fromBase64Url((await file.readFile('utf8')).trim());
    if (secretKey?.length !== keyLength) throw new KeyFileError('no-key');
    return secretKey;
  } finally {
    await file.close();
  }
}

/** Writes a new file for its owner only. Rejects with Node's error when there is one, or no room for it: then there is none after. */
export async function makeKeyFile(path: string, secretKey: Bytes): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${toBase64Url(secretKey)}\n`);
    await file.sync();
  } catch (error) {
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether group and others have no rights at all: the last two octal digits are 0. */
function ownerOnly(mode: number): boolean {
  return mode % 0o100 === 0;
}
