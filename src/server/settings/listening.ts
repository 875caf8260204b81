import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Fault } from './problem.ts';
import type { SettingName } from './schema.ts';
import type { Settings } from './settings.ts';

type Protocol = 'TCP' | 'UDP';

/** Tries every address and port that the router would listen on, and lets go of it: what stands in the way. */
export async function inspectListening({ host, port, media, admin }: Settings): Promise<Fault[]> {
  const page = await tryPort({ host: 'host', port: 'port' }, host, port, 'TCP');
  const noAddress = page?.name === 'host' && media.ip === host;
  const faults = [
    page,
    ...(admin === undefined
      ? []
      : [await tryPort({ host: 'adminHost', port: 'adminPort' }, admin.host, admin.port, 'TCP')]),
    noAddress ? undefined : await tryMedia(media),
  ];
  return faults.filter((fault) => fault !== undefined);
}

/** What stops at an address or port stops at its neighbours, too, so the first is told. */
async function tryMedia({ ip, firstPort, lastPort }: Settings['media']): Promise<Fault | undefined> {
  for (let port = firstPort; port <= lastPort; port++) {
    for (const protocol of ['UDP', 'TCP'] as const) {
      const fault = await tryPort({ host: 'mediaIp', port: 'mediaPorts' }, ip, port, protocol);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

async function tryPort(
  names: { readonly host: SettingName; readonly port: SettingName },
  host: string,
  port: number,
  protocol: Protocol,
): Promise<Fault | undefined> {
  const code = await listenOnce(host, port, protocol);
  return code === undefined ? undefined : listeningFault(names, code, `port ${port} (${protocol})`);
}

/** What Node's error code says of an address or a port. */
export function listeningFault(
  names: { readonly host: SettingName; readonly port: SettingName },
  code: string,
  which: string,
): Fault {
  switch (code) {
    case 'EADDRINUSE': {
      const problem = `${which} is taken by another program, perhaps a Sotto that is running.`;
      return { name: names.port, problem, remedy: 'Stop that, or choose another port.' };
    }
    case 'EACCES': {
      const problem = `${which} is privileged: this user may not listen there.`;
      const remedy = 'Choose one from 1024 up, or start the router with CAP_NET_BIND_SERVICE, as its service does.';
      return { name: names.port, problem, remedy };
    }
    case 'EADDRNOTAVAIL':
    case 'EINVAL': {
      const because = names.host === 'mediaIp' ? 'host' : names.host;
      return {
        name: names.host,
        because,
        problem: 'not an address of this machine.',
        remedy: `It has ${addresses()}.`,
      };
    }
    default:
      return { name: names.port, problem: `${which} cannot be listened on (${code}).`, remedy: 'Choose another port.' };
  }
}

/** Node's error code; undefined when it worked. */
async function listenOnce(host: string, port: number, protocol: Protocol): Promise<string | undefined> {
  const listener = protocol === 'TCP' ? createServer() : createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const listening = once(listener, 'listening');
  if (listener instanceof Server) listener.listen({ host, port, exclusive: true });
  else listener.bind({ address: host, port, exclusive: true });
  try {
    await listening;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  } finally {
    await listener[Symbol.asyncDispose]();
  }
}

function addresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((interfaces) => interfaces ?? []);
  return all.map(({ address }) => address).join(', ');
}
