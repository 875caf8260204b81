import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const near = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['0.0.0.0', 8],
] as const)
  near.addSubnet(net, prefix, 'ipv4');
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');
near.addAddress('::', 'ipv6');

/** Whether nobody but this machine can reach `host`, an IP address or `localhost`. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether `ip` stands for all addresses of this machine. */
export function isWildcard(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

/** Whether `address`, an IP address or a name, may be one that everybody can send to. Of a name that is believed. */
export function isReachedByAll(address: string): boolean {
  const version = isIP(address);
  return !isLoopback(address) && (version === 0 || !near.check(address, version === 6 ? 'ipv6' : 'ipv4'));
}
