import type { RequestError } from '../../shared/protocol/errors.ts';
import { unreachable } from '../../shared/support/unreachable.ts';
import type { Failed, SelfCall, Transport } from './result.ts';
import { transports } from './result.ts';

/** Where people reach the router, as its settings say. */
export interface Where {
  /** Of page and signalling. */
  readonly address: string;
  readonly announcedAddress: string;
  readonly firstPort: number;
  readonly lastPort: number;
}

/** What kept a self-call from passing and what to do, a sentence or two for each transport; empty when it passed. */
export function failuresInWords(call: SelfCall, where: Where): string[] {
  const sentences = transports.flatMap((transport) => {
    const attempt = call[transport];
    if (attempt.ok) return [];
    const other = call[transport === 'udp' ? 'tcp' : 'udp'];
    const rest = attempt.at === 'path' && other.ok ? ` ${withoutIt[transport]}` : '';
    return [inWords(transport, attempt, where) + rest];
  });
  return [...new Set(sentences)]; // what stops both is said once
}

const withoutIt: Readonly<Record<Transport, string>> = {
  udp: 'Over TCP it works, so people can call, but each packet that is lost holds up those behind it.',
  tcp: 'Over UDP it works, so only people whose own networks let no UDP through are kept out.',
};

function inWords(transport: Transport, { at, code }: Failed, where: Where): string {
  const protocol = transport.toUpperCase();
  const { address, announcedAddress, firstPort, lastPort } = where;
  const ports = `${protocol} ports ${firstPort} to ${lastPort}`;
  switch (at) {
    case 'draining':
      return 'The router is about to stop, and starts no more calls, not even its own.';
    case 'signalling':
      return `Signalling: nothing answers at ${address} as it should. Let TCP port ${portOf(address)} through the firewall, and whatever stands before the router let WebSockets through.`;
    case 'router-key':
      return `Signalling: what answers at ${address} does not have this router's key. Another program, or another router, is behind that address.`;
    case 'join':
      return refusalInWords(code);
    case 'path':
      return `${protocol}: nothing that was sent to ${announcedAddress} was answered. Let ${ports} through the firewall, in and out, and forward them where there is NAT; or announce another address (announced_address).`;
    case 'dtls':
      return `${protocol}: ${announcedAddress} answers, but no encrypted connection came about within 5 s. Something on the way loses large packets, or the machine has too much to do.`;
    case 'keys':
      return 'Signalling: the participants did not get to know each other within 5 s. The machine may have too much to do.';
    case 'media':
      return `${protocol}: the connection to ${announcedAddress} stands, but no sound came through it that could be opened. Something on the way lets through the first packets only, or the media process does not forward.`;
    case 'sealing':
      return 'A frame opened with a key that was not its own: do not use this version of Sotto.';
    default:
      return unreachable(at);
  }
}

function refusalInWords(code: RequestError | undefined): string {
  if (code === 'router-full')
    return 'Media: no port of media_ports is free, or no media process starts. Widen media_ports, or look why: sotto check-config.';
  if (code === 'router-busy') return 'The router has too much to do to start a call.';
  return `The router did not let its own call in (${code ?? 'no reason'}).`;
}

function portOf(address: string): string {
  const { port, protocol } = new URL(address);
  return port || (protocol === 'https:' ? '443' : '80');
}
