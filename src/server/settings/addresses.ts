import { BlockList, isIP } from 'node:net';

/** How far an address is good: on this machine, in its own network, behind a provider's NAT, or everywhere. */
export type Reach = 'machine' | 'network' | 'carrier' | 'everywhere';

const loopback = blocks(['127.0.0.0', 8], ['::1', 128]);
/** RFC 1918, 3927, 4193, 4291. */
const network = blocks(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
);
/** RFC 6598. */
const carrier = blocks(['100.64.0.0', 10]);

/** Whether nobody but this machine can reach `host`, an IP address or `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || contains(loopback, host);
}

/** Whether `ip` stands for all addresses of this machine. */
export function isWildcard(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

/** Who can reach `host`. Of a name, other than `localhost`, the best is believed. */
export function reachOf(host: string): Reach {
  if (isLoopback(host)) return 'machine';
  if (contains(network, host)) return 'network';
  return contains(carrier, host) ? 'carrier' : 'everywhere';
}

/** Whether `text` is the name of a host. One that ends in a number would be a mistyped IP address. */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const wellFormed = labels.every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));
  return text.length <= 253 && wellFormed && !/^\d/.test(labels.at(-1) ?? '');
}

function blocks(...subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function contains(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
