import { isLoopback } from '../settings/addresses.ts';
import type { Settings } from '../settings/settings.ts';
import type { Memory } from './examine.ts';
import type { HostMemory } from './host-memory.ts';

/** Why this router might not forget. `swap` and `core-dumps` are the system's doing, the others this program's. */
export type Doubt = 'off' | 'unsupported' | 'found' | 'swap' | 'core-dumps';

/** What is wrong and what to do, for the operator. */
export const doubtsInWords: Readonly<Record<Doubt, string>> = {
  off: 'Forgetting is switched off: what has ended stays in memory. Unset SOTTO_FORGETTING.',
  unsupported:
    'This router cannot forget what has ended: that takes Linux with glibc, and Node 22.15 or newer, on x64 or arm64.',
  found:
    'This router does not forget what has ended: with this version of Node, copies were found in its memory. Use the version of Node that comes with Sotto (npm start does).',
  swap: 'The memory of this router can be written to swap. Switch swap off (swapoff -a), or start it as a service with MemorySwapMax=0. SOTTO_ALLOW_SWAP=true starts it all the same.',
  'core-dumps':
    'A crash could write the memory of this router into a core file. Install prlimit (Debian package util-linux), or start it with: ulimit -c 0',
};

/** The router does not start, since others would rely on a promise that it cannot keep. */
export class ForgettingError extends Error {
  override readonly name = 'ForgettingError';
}

/**
 * What speaks against this process forgetting, where its own memory was examined and found so. Throws ForgettingError for a router
 * that is not on loopback, unless the settings accept the doubt.
 */
export function checkForgetting(settings: Settings, memory: Memory, host: HostMemory): readonly Doubt[] {
  const own: Memory | Doubt = settings.forgetting === 'off' ? 'off' : memory;
  const doubts: Doubt[] = [
    ...(own === 'forgets' ? [] : [own]),
    ...(host.canSwap ? (['swap'] as const) : []),
    ...(host.coreDumpsOff ? [] : (['core-dumps'] as const)),
  ];
  const accepted: readonly Doubt[] = settings.allowSwap ? ['off', 'swap'] : ['off'];
  const refused = doubts.filter((doubt) => !accepted.includes(doubt));
  if (refused.length > 0 && !isLoopback(settings.host))
    throw new ForgettingError(refused.map((doubt) => doubtsInWords[doubt]).join('\n'));
  return doubts;
}
