import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';

/** STUN (RFC 8489 section 5): a binding request without message integrity, which an ICE agent refuses by an answer. */
const bindingRequest = 0x0001;
const magicCookie = 0x2112a442;
const usernameAttribute = 0x0006;

/** Asks a transport of a media process again and again: how long its answers take is how long the process takes to come to it. */
export class StunEcho implements Disposable {
  readonly #socket: Socket;
  readonly #username: Buffer;

  static async open(transport: { ip: string; port: number; usernameFragment: string }): Promise<StunEcho> {
    const socket = createSocket(transport.ip.includes(':') ? 'udp6' : 'udp4');
    socket.connect(transport.port, transport.ip);
    await once(socket, 'connect');
    return new StunEcho(socket, transport.usernameFragment);
  }

  private constructor(socket: Socket, usernameFragment: string) {
    this.#socket = socket;
    this.#username = Buffer.from(`${usernameFragment}:x`);
  }

  /** Resolves with the time until the answer, in ms. */
  async ask(): Promise<number> {
    const padded = Math.ceil(this.#username.length / 4) * 4;
    const message = Buffer.alloc(20 + 4 + padded);
    message.writeUInt16BE(bindingRequest, 0);
    message.writeUInt16BE(4 + padded, 2);
    message.writeUInt32BE(magicCookie, 4);
    randomBytes(12).copy(message, 8);
    message.writeUInt16BE(usernameAttribute, 20);
    message.writeUInt16BE(this.#username.length, 22);
    this.#username.copy(message, 24);
    const askedMs = performance.now();
    this.#socket.send(message);
    await once(this.#socket, 'message');
    return performance.now() - askedMs;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
