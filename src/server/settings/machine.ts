import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostMemory } from '../forgetting/host-memory.ts';
import type { Machine } from './advice.ts';
import type { Settings } from './settings.ts';

/** Asks the system (proc(5), ip-sysctl). Where it does not tell, no port is given out. */
export function thisMachine({ pageDirectory }: Settings): Machine {
  const [first = 1, last = 0] = numbers('/proc/sys/net/ipv4/ip_local_port_range');
  const reserved = read('/proc/sys/net/ipv4/ip_local_reserved_ports').split(',').map(range);
  return {
    canSwap: hostMemory().canSwap,
    pageBuilt: existsSync(join(pageDirectory, 'index.html')),
    givesOutPort: (port) => port >= first && port <= last && !reserved.some(([from, to]) => port >= from && port <= to),
  };
}

function range(text: string): readonly [number, number] {
  const [from = NaN, to = from] = text.split('-').map(Number);
  return [from, to];
}

function numbers(file: string): number[] {
  return read(file).split(/\s+/).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return '';
  }
}
