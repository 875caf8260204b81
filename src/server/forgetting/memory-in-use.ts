import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Addresses of memory, from the first byte to the one after the last. */
export interface MemoryRange {
  readonly from: number;
  readonly to: number;
}

const entryBytes = 8;
/** From that last byte of an entry on, the page is in memory (bit 63) or in swap (bit 62; proc(5), `/proc/pid/pagemap`). */
const leastOfUsed = 0b0100_0000;

/**
 * The writable pages of this process that hold anything at all, those in a row as one range. V8 reserves 512 MB for code and uses 1
 * of it: to read the rest would have the system put it in place, for good.
 */
export function memoryInUse(): MemoryRange[] {
  const mappings = readFileSync('/proc/self/smaps', 'latin1').matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) rw[^]*?^KernelPageSize: +(\d+) kB$/gm,
  );
  const pagemap = openSync('/proc/self/pagemap', 'r');
  try {
    return Array.from(mappings, ([, from = '0', to = '0', kilobytes = '4']) => {
      const pageBytes = Number(kilobytes) * 1_024;
      return usedPages(pagemap, { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }, pageBytes);
    }).flat();
  } finally {
    closeSync(pagemap);
  }
}

function usedPages(pagemap: number, { from, to }: MemoryRange, pageBytes: number): MemoryRange[] {
  const entries = Buffer.alloc(((to - from) / pageBytes) * entryBytes);
  readSync(pagemap, entries, 0, entries.length, (from / pageBytes) * entryBytes);
  const used: MemoryRange[] = [];
  for (let at = from, last = entryBytes - 1; at < to; at += pageBytes, last += entryBytes) {
    if ((entries[last] ?? 0) < leastOfUsed) continue;
    const before = used.at(-1);
    if (before?.to === at) used[used.length - 1] = { from: before.from, to: at + pageBytes };
    else used.push({ from: at, to: at + pageBytes });
  }
  return used;
}
