import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../shared/support/clock.ts';
import type { Load } from './overload.ts';

/** How often it looks, in ms. Higher costs less and sees storms later. */
const lookMs = 1_000;
/** How fine signalling's delay is seen, in ms; a loop that is never late shows this. */
const resolutionMs = 20;

export interface LoadSources {
  readonly clock: Clock;
  /** Of one processor, what all media processes have used since the last look. */
  readonly mediaShare: () => number;
  readonly processors: number;
  readonly measured: (load: Load) => void;
}

/** Looks every second how much the router has to do, as the system tells. Holds totals only. */
export class LoadMeter implements Disposable {
  readonly #sources: LoadSources;
  readonly #loop = monitorEventLoopDelay({ resolution: resolutionMs });
  #before: { readonly atMs: number; readonly cpuMs: number; readonly packets: number };
  #cancel: () => void;

  constructor(sources: LoadSources) {
    this.#sources = sources;
    this.#loop.enable();
    this.#before = this.#now();
    this.#cancel = sources.clock.after(lookMs, this.#look);
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#loop.disable();
  }

  #now(): { atMs: number; cpuMs: number; packets: number } {
    const { user, system } = process.cpuUsage();
    return { atMs: this.#sources.clock.nowMs(), cpuMs: (user + system) / 1_000, packets: datagrams() };
  }

  readonly #look = (): void => {
    const { processors, mediaShare, measured, clock } = this.#sources;
    const [before, now] = [this.#before, this.#now()];
    this.#before = now;
    const ms = Math.max(1, now.atMs - before.atMs);
    measured({
      cpu: ((now.cpuMs - before.cpuMs) / ms + mediaShare()) / processors,
      packets: ((now.packets - before.packets) / ms) * 1_000,
      memory: process.availableMemory(),
      lateMs: Math.max(0, (this.#loop.percentile(50) || 0) / 1e6 - resolutionMs),
    });
    this.#loop.reset();
    this.#cancel = clock.after(lookMs, this.#look);
  };
}

/**
 * UDP datagrams that this network namespace has received and sent so far (proc_net(5), snmp and snmp6): on a router's
 * machine they are media. 0 where the system does not tell.
 */
function datagrams(): number {
  const { received, sent } = udp();
  return received + sent;
}

/** Also those that were `lost`: they came, and the program that they were for did not read them in time. */
export function udp(): { readonly received: number; readonly sent: number; readonly lost: number } {
  const [names, values] = read('/proc/net/snmp')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const four = new Map(names?.map((name, index) => [name, Number(values?.[index])]));
  const six = new Map(
    read('/proc/net/snmp6').map((line) => {
      const [name = '', value] = line.split(/\s+/);
      return [name, Number(value)];
    }),
  );
  const both = (name: string): number => (four.get(name) ?? 0) + (six.get(`Udp6${name}`) ?? 0);
  return { received: both('InDatagrams'), sent: both('OutDatagrams'), lost: both('RcvbufErrors') };
}

function read(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    return [];
  }
}
