import { exampleOf } from './describe.ts';
import { reachOf } from './addresses.ts';
import type { Fault } from './problem.ts';
import type { SettingName } from './schema.ts';
import type { Settings } from './settings.ts';

/** What the machine is like that the router would run on. */
export interface Machine {
  readonly canSwap: boolean;
  readonly pageBuilt: boolean;
  /** Whether the system may give a port of media to any program that asks for some port. */
  readonly givesOutPort: (port: number) => boolean;
}

/** What works, and what a router that serves a region should not do all the same. `isGiven`: whether a setting is set at all. */
export function adviceOn(settings: Settings, isGiven: (name: SettingName) => boolean, machine: Machine): Fault[] {
  return [
    ...whoReachesIt(settings),
    ...whereMediaGoes(settings, isGiven),
    ...whoMayUseIt(settings),
    ...whatIsKept(settings, machine),
    ...whatMayBeMissing(settings, machine),
  ];
}

function whoReachesIt({ host, tls }: Settings): Fault[] {
  const faults: Fault[] = [];
  if (reachOf(host) === 'machine')
    faults.push({
      name: 'host',
      problem: 'loopback: only this machine can reach the router.',
      remedy: 'Give the address that people reach.',
    });
  if (tls.kind === 'generated') {
    const problem = 'missing: browsers will warn of a certificate that is made for a try-out.';
    faults.push({ name: 'tlsCertificate', because: 'host', problem, remedy: exampleOf('tlsCertificate') });
  }
  return faults;
}

function whereMediaGoes({ media }: Settings, isGiven: (name: SettingName) => boolean): Fault[] {
  const name = 'announcedAddress';
  const { announcedAddress: told } = media;
  const because = media.announcedBy;
  const remedy = 'Give the address that people everywhere can send to.';
  switch (reachOf(told)) {
    case 'machine': // No other than a router for this machine only starts like that.
      return [];
    case 'network': {
      const problem = `people will be told to send media to ${told}, a private address: others than its own network cannot.`;
      return [{ name, because, problem, remedy }];
    }
    case 'carrier': {
      const problem = `people will be told to send media to ${told}, an address behind a provider's NAT: nobody can.`;
      return [{ name, because, problem, remedy }];
    }
    case 'everywhere': {
      if (isGiven(name)) return [];
      const problem = `missing: people will be told to send media to ${told}, where it is received.`;
      return [{ name, because, problem, remedy: `If that is right, say so: announced_address = "${told}"` }];
    }
  }
}

function whoMayUseIt({ tokens, admin }: Settings): Fault[] {
  const faults: Fault[] = [];
  if (tokens === undefined)
    faults.push({
      name: 'admission',
      problem: 'open: whoever finds this router can hold calls on it.',
      remedy: 'Let in by tokens of an issuer: admission = "token"',
    });
  if (admin !== undefined && ['everywhere', 'carrier'].includes(reachOf(admin.host)))
    faults.push({
      name: 'adminHost',
      problem: 'metrics are served to everybody.',
      remedy: 'Serve them on loopback or in a private network: admin_host = "127.0.0.1"',
    });
  return faults;
}

function whatIsKept({ allowSwap, forgetting }: Settings, { canSwap }: Machine): Fault[] {
  const faults: Fault[] = [];
  if (canSwap || allowSwap)
    faults.push({
      name: 'allowSwap',
      problem: canSwap
        ? 'the memory of this machine can be written to swap.'
        : 'the router would start although its memory could be written to swap.',
      remedy:
        'Switch swap off (swapoff -a), or run the router as a service with MemorySwapMax=0; and allow_swap = false',
    });
  if (forgetting === 'off')
    faults.push({
      name: 'forgetting',
      problem: 'off: what has ended stays in memory.',
      remedy: 'Unset SOTTO_FORGETTING.',
    });
  return faults;
}

function whatMayBeMissing({ media, pageDirectory }: Settings, { pageBuilt, givesOutPort }: Machine): Fault[] {
  const faults: Fault[] = [];
  const { firstPort, lastPort } = media;
  if (givesOutPort(firstPort) || givesOutPort(lastPort))
    faults.push({
      name: 'mediaPorts',
      problem: 'the system may give some of them to other programs.',
      remedy: `Keep them: sysctl -w net.ipv4.ip_local_reserved_ports=${firstPort}-${lastPort}`,
    });
  if (!pageBuilt)
    faults.push({
      name: 'pageDirectory',
      problem: `no page is built in ${pageDirectory}: only programs can connect.`,
      remedy: 'Run: npm run build:page',
    });
  return faults;
}
