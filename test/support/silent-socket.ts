import { connect } from 'node:net';

/** A TCP connection that says nothing. */
export interface SilentSocket {
  /** Resolves when it has ended, however. */
  readonly closed: Promise<void>;
  end(): void;
}

/** Connects to where a router is (`address`, a URL) from a loopback address. */
export function silentSocket(address: string, from: string): SilentSocket {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  socket.on('error', () => undefined); // a reset is an end
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return { closed, end: () => socket.destroy() };
}
