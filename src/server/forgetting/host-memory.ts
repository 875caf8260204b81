import type { Host } from './start-check.ts';

/** Placeholder of the lead's: colleague 7 writes this file. */
export function hostMemory(): Host {
  return { canSwap: false, coreDumpsOff: true };
}
