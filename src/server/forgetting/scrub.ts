import { exchange } from './exchange.ts';

/** More than the buffers of 64 KB that Node reads into hold at once, both ways, in bytes. */
const fillerBytes = 200_000;

/** How deep the stack is overwritten, in calls of 100 bytes or more: some 200 KB of the 984 that V8 allows itself. */
const stackFrames = 2_000;

/**
 * Overwrites what this process has read and no longer uses. Resolves with how long it could do nothing else, in ms.
 * Rejects when the garbage collector is out of reach (`canForget` says no).
 */
export async function scrub(): Promise<number> {
  // Node reads all sockets of a thread into the same buffers and never clears them: so filler is sent through them.
  const filler = Buffer.alloc(fillerBytes);
  await exchange({}, filler, () => '\0'.repeat(fillerBytes));
  overwriteStack(stackFrames);
  if (globalThis.gc === undefined) throw new Error('This process was not started so that it can forget.');
  const beganMs = performance.now();
  // An ordinary collection keeps what only weak references and code caches still reach.
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return performance.now() - beganMs;
}

/** Node writes short texts to sockets from the stack, and leaves them there until calls reach as deep again. */
function overwriteStack(frames: number): number {
  return frames === 0 ? 0 : 1 + overwriteStack(frames - 1);
}
