/** Answers with the port on 127.0.0.1 through which an address of the router's is reached. */
type PortFor = (address: string, port: number) => Promise<number>;

/**
 * RFC 8839 section 5.1: `candidate:` foundation, component, transport, priority, address, port. What ends in TCP would be a
 * way past the relay.
 */
const candidate = /^a=candidate:(\S+ \d+) (\S+) (\d+) (\S+) (\d+) /i;

/**
 * From now on every candidate of the router's is replaced by the relay's, before the browser hears of it. The SDK notices
 * nothing of it. Does nothing where the tool has put no relay in between.
 */
export function sendThroughRelay(): void {
  const { sottoPortFor: portFor } = globalThis as { sottoPortFor?: PortFor };
  if (portFor === undefined) return;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      await super.setRemoteDescription({ ...description, sdp: await relayed(description.sdp ?? '', portFor) });
    }
  };
}

async function relayed(description: string, portFor: PortFor): Promise<string> {
  const lines = description.split('\r\n').map(async (line) => {
    const [whole, start, transport, priority, address = '', port] = candidate.exec(line) ?? [];
    if (whole === undefined) return [line];
    if (transport?.toLowerCase() !== 'udp') return [];
    const to = await portFor(address, Number(port));
    return [`a=candidate:${start} udp ${priority} 127.0.0.1 ${to} ${line.slice(whole.length)}`];
  });
  return (await Promise.all(lines)).flat().join('\r\n');
}
