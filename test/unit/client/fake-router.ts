import { x25519 } from '@noble/curves/ed25519.js';
import { randomBytes } from 'node:crypto';
import type { Socket } from '../../../src/client/signalling/sealed-socket.ts';
import {
  encodeNotice,
  encodeResult,
  encodeError,
  parseRequest,
  type Request,
} from '../../../src/shared/protocol/envelope.ts';
import type { RequestError } from '../../../src/shared/protocol/errors.ts';
import type { Notice } from '../../../src/shared/protocol/notices.ts';
import type { RequestName, Result } from '../../../src/shared/protocol/requests.ts';
import type { SealedChannel } from '../../../src/shared/sealing/channel.ts';
import { answerClientHello } from '../../../src/shared/sealing/router-handshake.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { Secret } from '../../../src/shared/support/secret.ts';

const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

/** A router's permanent pair. */
export function routerPair(): { publicKey: Bytes; secretKey: Secret } {
  const { publicKey, secretKey } = x25519.keygen(random(32));
  return { publicKey: new Uint8Array(publicKey), secretKey: new Secret(new Uint8Array(secretKey)) };
}

/** The far end of one WebSocket: answers the handshake with real cryptography, then does what the test says. */
export class FakeRouter {
  readonly socket: Socket;
  /** Everything the client sent after its hello, opened. */
  readonly requests: Request[] = [];
  /** The code the client closed with, once it did. */
  closedWith: number | undefined;
  sent = 0;
  readonly #events = new EventTarget();
  readonly #pair: ReturnType<typeof routerPair>;
  #channel: SealedChannel | undefined;

  constructor(pair: ReturnType<typeof routerPair>) {
    this.#pair = pair;
    this.socket = {
      binaryType: 'blob',
      send: (data) => {
        this.sent += 1;
        this.#receive(new Uint8Array(data as ArrayBuffer));
      },
      close: (code) => {
        this.closedWith ??= code;
      },
      addEventListener: this.#events.addEventListener.bind(this.#events) as Socket['addEventListener'],
    };
  }

  open(): void {
    this.#events.dispatchEvent(new Event('open'));
  }

  close(code: number): void {
    this.#events.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  /** Delivers raw data, as it comes off the wire. */
  deliver(data: unknown): void {
    this.#events.dispatchEvent(new MessageEvent('message', { data }));
  }

  notify(notice: Notice): void {
    this.#send(encodeNotice(notice));
  }

  answer<N extends RequestName>(id: number, request: N, result: Result<N>): void {
    this.#send(encodeResult(id, request, result));
  }

  refuse(id: number, error: RequestError): void {
    this.#send(encodeError(id, error));
  }

  /** Seals anything at all. */
  say(message: Uint8Array): void {
    this.#send(message);
  }

  #receive(message: Uint8Array): void {
    if (this.#channel !== undefined) {
      this.requests.push(parseRequest(this.#channel.open(message)));
      return;
    }
    const ephemeral = x25519.keygen(random(32));
    const { hello, channel } = answerClientHello(
      {
        router: this.#pair,
        ephemeral: {
          publicKey: new Uint8Array(ephemeral.publicKey),
          secretKey: new Uint8Array(ephemeral.secretKey),
        },
        multiply: (secretKey, publicKey) => x25519.scalarMult(secretKey, publicKey),
        cookie: random(16),
      },
      message,
    );
    this.#channel = channel;
    this.deliver(hello.slice().buffer);
  }

  #send(message: Uint8Array): void {
    if (this.#channel === undefined) throw new Error('no channel yet');
    this.deliver(this.#channel.seal(message).slice().buffer);
  }
}
