import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../../shared/support/clock.ts';
import type { Carrier } from './carrier.ts';
import type { Deliveries } from './deliveries.ts';
import type { Direction } from './profile.ts';

/** Where one participant's packets pass. */
export interface Lines {
  readonly up: Carrier;
  readonly down: Carrier;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
}

/** Room for the packets of a moment in which this program does something else, in bytes. */
const kernelBuffer = 1_048_576;
/** Header bytes of IPv4 and UDP, which take their place on a line, too. */
const headerBytes = 28;

/**
 * Carries the UDP packets of one participant to the router and back. The participant sends to a port of this machine that
 * stands for an address of the router's; for each of the participant's own ports the relay takes one towards the router,
 * as a NAT does, so that the router tells them apart.
 */
export class MediaRelay implements AsyncDisposable {
  readonly #lines: Lines;
  readonly #ways = new Map<string, Promise<Way>>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** The port on 127.0.0.1 that leads to this address; always the same. */
  async portFor(address: string, port: number): Promise<number> {
    const name = `${address} ${port}`;
    const way = this.#ways.get(name) ?? Way.open(this.#lines, address, port);
    this.#ways.set(name, way);
    return (await way).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const way of this.#ways.values()) (await way).close();
  }
}

/** One address of the router's, as one participant reaches it. */
class Way {
  readonly #lines: Lines;
  readonly #address: string;
  readonly #farPort: number;
  readonly #near: Socket;
  /** By the participant's own address and port. */
  readonly #far = new Map<string, Socket>();
  #closed = false;

  static async open(lines: Lines, address: string, port: number): Promise<Way> {
    const near = openSocket('udp4');
    const listening = once(near, 'listening');
    near.bind(0, '127.0.0.1');
    await listening;
    return new Way(lines, near, address, port);
  }

  private constructor(lines: Lines, near: Socket, address: string, farPort: number) {
    this.#lines = lines;
    this.#near = near;
    this.#address = address;
    this.#farPort = farPort;
    near.on('message', (packet, from) => {
      const far = this.#farSocket(from.address, from.port);
      this.#carry('up', packet, () => {
        far.send(packet, this.#farPort, this.#address);
      });
    });
  }

  get port(): number {
    return this.#near.address().port;
  }

  close(): void {
    this.#closed = true;
    this.#near.close();
    for (const socket of this.#far.values()) socket.close();
  }

  #farSocket(address: string, port: number): Socket {
    const name = `${address} ${port}`;
    const known = this.#far.get(name);
    if (known !== undefined) return known;
    const far = openSocket(isIPv6(this.#address) ? 'udp6' : 'udp4');
    this.#far.set(name, far);
    far.on('message', (packet) => {
      this.#carry('down', packet, () => {
        this.#near.send(packet, port, address);
      });
    });
    return far;
  }

  #carry(direction: Direction, packet: Buffer, deliver: () => void): void {
    const { [direction]: carrier, deliveries, clock } = this.#lines;
    for (const arrivalMs of carrier.carry(packet.length + headerBytes, clock.nowMs()))
      deliveries.add(arrivalMs, () => {
        if (!this.#closed) deliver();
      });
  }
}

function openSocket(type: SocketOptions['type']): Socket {
  const socket = createSocket({
    type,
    recvBufferSize: kernelBuffer,
    // Addresses are numbers already: nothing to look up, and no turn of the event loop lost over it.
    lookup: (address, _options, found) => {
      found(null, address, type === 'udp6' ? 6 : 4);
    },
  });
  socket.on('error', () => undefined); // a packet that could not be sent is a packet lost
  return socket;
}
