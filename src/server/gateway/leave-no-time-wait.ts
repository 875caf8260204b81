import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long the other side has for ending the connection first, in ms; by then it has read what was sent last. */
const lingerMs = 250;

/**
 * From here on, `socket` (a WebSocket's, TLS or not) ends so that the kernel forgets the other end with it. Whoever ends
 * a TCP connection first keeps its addresses for a minute (TIME-WAIT, RFC 9293 section 3.3.2), and for longer when the
 * other end has vanished. So `end` leaves that to the other side, and after a moment it is a reset, as `destroy` is.
 */
export function leaveNoTimeWait(socket: Duplex): void {
  const write = socket.write.bind(socket);
  let lingering: NodeJS.Timeout | undefined;
  const end = (last?: unknown): Duplex => {
    if (typeof last === 'string') write(last);
    if (socket.readableEnded) return asUsual(socket).end();
    lingering ??= setTimeout(reset, lingerMs, socket);
    return socket;
  };
  socket.once('close', () => {
    clearTimeout(lingering);
  });
  Object.assign(socket, { end, destroy: () => reset(socket) });
}

/** Ends a connection with RST (RFC 9293 section 3.5.3): no state of it stays. What was not sent yet is lost. */
export function reset(socket: Duplex): Duplex {
  asUsual(socket);
  const tcp = tcpOf(socket);
  return tcp === undefined || tcp.destroyed ? socket.destroy() : tcp.resetAndDestroy();
}

/** Takes the methods of its own from a socket. */
function asUsual(socket: Duplex): Duplex {
  Reflect.deleteProperty(socket, 'end');
  Reflect.deleteProperty(socket, 'destroy');
  return socket;
}

/** A TLS socket's own TCP socket is a field that Node does not document; without it a connection ends as usual. */
function tcpOf(socket: Duplex): Socket | undefined {
  const under: unknown = Reflect.get(socket, '_parent');
  if (under instanceof Socket) return under;
  return socket instanceof Socket && !('encrypted' in socket) ? socket : undefined;
}
