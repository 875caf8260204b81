import { isLoopback, isReachedByAll, isWildcard } from './addresses.ts';
import { SettingsError, type Settings } from './settings.ts';

/** What people will be told to send media to, and which setting says so: the first line of a router that starts. */
export function announcement({ media: { announcedAddress, announcedBy, firstPort, lastPort } }: Settings): string {
  return `People will be told to send media to ${announcedAddress}, ports ${firstPort} to ${lastPort}, UDP and TCP (setting ${announcedBy}).`;
}

/**
 * Throws SettingsError when a router that others can reach would send them to an address that they cannot: one of
 * loopback, a private network (RFC 1918, RFC 4193), a carrier's (RFC 6598) or a single link (RFC 3927, RFC 4291). A router that
 * is for such a network says so: by announcing an address of it while it listens there, or everywhere.
 */
export function checkAnnouncement({ host, media: { announcedAddress, announcedBy } }: Settings): void {
  if (isLoopback(host) || isReachedByAll(announcedAddress)) return;
  const forItsNetwork = announcedBy === 'announcedAddress' && !isLoopback(announcedAddress) && !isReachedByAll(host);
  if (forItsNetwork && !isWildcard(announcedAddress)) return;
  throw new SettingsError(
    `announcedAddress: people would be told to send media to ${announcedAddress} (setting ${announcedBy}), which only machines near this one can reach. ` +
      'Give the address at which everybody reaches this router. If it is for that network only, let it listen there (host) and announce the address there.',
  );
}
