import { isIP } from 'node:net';
import { isWildcard } from './addresses.ts';
import { announcedBy, announcementFaults } from './announcement.ts';
import { exampleOf } from './describe.ts';
import type { Fault } from './problem.ts';
import type { Given, SettingName } from './schema.ts';

/** What is wrong with settings that are well-formed each by itself. */
export function contradictions(given: Given): Fault[] {
  return [
    ...mediaFaults(given),
    ...tlsFaults(given),
    ...tokenFaults(given),
    ...regionFaults(given),
    ...portFaults(given),
  ];
}

function mediaFaults(given: Given): Fault[] {
  const { host, mediaIp, announcedAddress: announced } = given;
  const ip = mediaIp ?? host;
  if (announced === undefined && isWildcard(ip))
    return [missing('announcedAddress', announcedBy(given), `media is received on every address, ${ip}.`)];
  const families = [isIP(ip), isIP(announced ?? ip)];
  if (families.includes(4) && families.includes(6)) {
    const problem = `is of another family than the address on which media is received, ${ip}.`;
    return [{ name: 'announcedAddress', problem, remedy: 'Make both IPv4 or both IPv6.' }];
  }
  return announcementFaults(given);
}

function tlsFaults({ tlsCertificate: certificate, tlsKey: key }: Given): Fault[] {
  if ((certificate === undefined) === (key === undefined)) return [];
  return certificate === undefined
    ? [missing('tlsCertificate', 'tlsKey', 'a key is given without it.')]
    : [missing('tlsKey', 'tlsCertificate', 'a certificate is given without it.')];
}

function tokenFaults(given: Given): Fault[] {
  if (given.admission === 'open') return [];
  const needed = ['routerName', 'issuerName', 'issuerUrl', 'issuerKeys'] as const;
  return needed
    .filter((name) => given[name] === undefined)
    .map((name) => missing(name, 'admission', 'admission by token needs it.'));
}

function regionFaults({ regionsFile: file, regionsKey: key }: Given): Fault[] {
  if ((file === undefined) === (key === undefined)) return [];
  return file === undefined
    ? [missing('regionsFile', 'regionsKey', 'a key is given without it.')]
    : [missing('regionsKey', 'regionsFile', 'a list is given without the key that it is signed with.')];
}

function portFaults({ port, adminPort, mediaPorts: { first, last } }: Given): Fault[] {
  const faultOf = (name: SettingName, problem: string): Fault => ({ name, problem, remedy: 'Choose another port.' });
  const ports = [['port', port] as const, ...(adminPort === undefined ? [] : [['adminPort', adminPort] as const])];
  const amongMedia = ports.filter(([, one]) => one >= first && one <= last);
  const same = adminPort === port && port !== 0;
  return [
    ...amongMedia.map(([name]) => faultOf(name, 'is one of the ports of media.')),
    ...(same ? [faultOf('adminPort', 'is the port of page and signalling, too.')] : []),
  ];
}

function missing(name: SettingName, because: SettingName, why: string): Fault {
  return { name, because, problem: `missing: ${why}`, remedy: exampleOf(name) };
}
