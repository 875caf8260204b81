import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../shared/support/bytes.ts';
import { Secret } from '../../shared/support/secret.ts';
import type { RouterKeyPair } from '../../shared/sealing/router-handshake.ts';
import { KeyFileError, makeKeyFile, readKeyFile } from './key-file.ts';
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
 * Throws RouterKeyError when the file is readable by others, holds no key or finds no room.
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
  try {
    return await readKeyFile(path);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw error.flaw === 'no-key'
      ? new RouterKeyError(
          `${path} holds no router key.`,
          'Delete it: the next start makes a new one, and old invitations end.',
        )
      : new RouterKeyError(
          `The router key ${path} can be read by others, so it may be known to them.`,
          `If nobody else had access to this machine, run: chmod 600 ${path}. Otherwise delete it: the next start makes a new one, and old invitations end.`,
        );
  }
}

async function make(path: string): Promise<Bytes> {
  const { secretKey } = generatePair();
  await makeKeyFile(path, secretKey).catch((error: unknown) => {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error;
    throw new RouterKeyError(`There is no room to write the router key ${path}.`, 'Make room there and start again.');
  });
  return secretKey;
}
