import { isLoopback, isWildcard, reachOf } from './addresses.ts';
import { describe } from './describe.ts';
import type { Fault } from './problem.ts';
import type { Given } from './schema.ts';

interface Announced {
  readonly announcedAddress: string;
  readonly announcedBy: ReturnType<typeof announcedBy>;
  readonly firstPort: number;
  readonly lastPort: number;
}

/** What people will be told to send media to, and which setting says so: the first line of a router that starts. */
export function announcement({
  media: { announcedAddress, announcedBy: by, firstPort, lastPort },
}: {
  readonly media: Announced;
}): string {
  return `People will be told to send media to ${announcedAddress}, ports ${firstPort} to ${lastPort}, UDP and TCP (setting ${describe(by)?.key}).`;
}

/** The setting that says what people are told to send media to. */
export function announcedBy({
  announcedAddress,
  mediaIp,
}: Pick<Given, 'announcedAddress' | 'mediaIp'>): 'announcedAddress' | 'mediaIp' | 'host' {
  if (announcedAddress !== undefined) return 'announcedAddress';
  return mediaIp === undefined ? 'host' : 'mediaIp';
}

/**
 * What is wrong when a router that others can reach would send them to an address that they cannot: one of loopback, a
 * private network (RFC 1918, RFC 4193), a carrier's (RFC 6598) or a single link (RFC 3927, RFC 4291). A router that is for
 * such a network says so: by announcing an address of it while it listens there, or everywhere.
 */
export function announcementFaults(given: Pick<Given, 'host' | 'announcedAddress' | 'mediaIp'>): Fault[] {
  const { host, mediaIp = host, announcedAddress: announced = mediaIp } = given;
  if (isLoopback(host) || reachOf(announced) === 'everywhere') return [];
  const because = announcedBy(given);
  const listensThere = isWildcard(host) || reachOf(host) !== 'everywhere';
  if (because === 'announcedAddress' && !isLoopback(announced) && listensThere) return [];
  return [
    {
      name: 'announcedAddress',
      because,
      problem: `people would be told to send media to ${announced} (setting ${describe(because)?.key}), which only machines near this one can reach.`,
      remedy:
        'Give the address at which everybody reaches this router. If it is for that network only, let it listen there (host) and announce the address there.',
    },
  ];
}
