import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

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
