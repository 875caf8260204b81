import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64Url, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import { Secret } from '../../shared/support/secret.ts';
import { keyLength } from '../../shared/sealing/public-key.ts';
import type { RouterKeyPair } from '../../shared/sealing/router-handshake.ts';
import { generatePair, publicKeyOf } from './x25519.ts';

/** The key's file in the state directory: base64url of the 32 secret bytes, and a line end. */
export const routerKeyFile = 'router-key';

/** Where a router's key is. */
export function routerKeyPath(stateDirectory: string): string {
  return join(stateDirectory, routerKeyFile);
}

/** Something is wrong with the router key's file, in words for the operator. Holds no key. */
export class RouterKeyError extends Error {
  override readonly name = 'RouterKeyError';
  readonly problem: string;
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(`${problem} ${remedy}`);
    this.problem = problem;
    this.remedy = remedy;
  }
}

/**
 * The router's permanent pair from `stateDirectory`; made there on first use, both readable by their owner only.
 * Throws RouterKeyError when the file is readable by others or holds no key.
 */
export async function loadRouterKey(stateDirectory: string): Promise<RouterKeyPair> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  return (await readRouterKey(stateDirectory)) ?? pairOf(await make(routerKeyPath(stateDirectory)));
}

/** The same, but undefined where `loadRouterKey` would make one. */
export async function readRouterKey(stateDirectory: string): Promise<RouterKeyPair | undefined> {
  const secretKey = await read(routerKeyPath(stateDirectory));
  return secretKey && pairOf(secretKey);
}

function pairOf(secretKey: Bytes): RouterKeyPair {
  return { publicKey: publicKeyOf(secretKey), secretKey: new Secret(secretKey) };
}

async function read(path: string): Promise<Bytes | undefined> {
  const file = await openFile(path, 'r');
  if (file === undefined) return undefined;
  try {
    if (!ownerOnly((await file.stat()).mode)) {
      throw new RouterKeyError(
        `The router key ${path} can be read by others, so it may be known to them.`,
        `If nobody else had access to this machine, run: chmod 600 ${path}. Otherwise delete it: the next start makes a new one, and old invitations end.`,
      );
    }
    const secretKey = fromBase64Url((await file.readFile('utf8')).trim());
    if (secretKey?.length !== keyLength) {
      throw new RouterKeyError(
        `${path} holds no router key.`,
        'Delete it: the next start makes a new one, and old invitations end.',
      );
    }
    return secretKey;
  } finally {
    await file.close();
  }
}

async function make(path: string): Promise<Bytes> {
  const { secretKey } = generatePair();
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${toBase64Url(secretKey)}\n`);
    await file.sync();
  } catch {
    await rm(path, { force: true });
    throw new RouterKeyError(
      `There is no room to write the router key ${path}.`,
      'Make room, or name another state directory.',
    );
  } finally {
    await file.close();
  }
  return secretKey;
}

async function openFile(path: string, flags: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether group and others have no rights at all: the last two octal digits are 0. */
function ownerOnly(mode: number): boolean {
  return mode % 0o100 === 0;
}
