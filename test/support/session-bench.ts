import { randomBytes } from 'node:crypto';
import { encodeRequest, parseFromRouter, parseResult, type FromRouter } from '../../src/shared/protocol/envelope.ts';
import type { CloseReason } from '../../src/shared/protocol/errors.ts';
import type { Inventory } from '../../src/shared/protocol/inventory.ts';
import type { CallId } from '../../src/shared/identity/call-id.ts';
import { joinMessage } from '../../src/shared/protocol/join-message.ts';
import type { Params, RequestName, Result } from '../../src/shared/protocol/requests.ts';
import type { SealedChannel } from '../../src/shared/sealing/channel.ts';
import { KeyPair } from '../../src/shared/sealing/key-pair.ts';
import { ClientHandshake } from '../../src/shared/sealing/client-handshake.ts';
import { toUtf8, type Bytes } from '../../src/shared/support/bytes.ts';
import { Secret } from '../../src/shared/support/secret.ts';
import { Calls } from '../../src/server/calls/calls.ts';
import { generatePair, multiply } from '../../src/server/keys/x25519.ts';
import { openAdmission, type Admission } from '../../src/server/admission/admission.ts';
import { SelfCalls } from '../../src/server/admission/self-calls.ts';
import { Session, type SessionSocket } from '../../src/server/session/session.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMediaPool, openGate } from './fake-media.ts';
import { seatParams, type TestCall, type TestSeat } from './test-client.ts';

export const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

class FakeSocket implements SessionSocket {
  readonly sent: Bytes[] = [];
  closedFor: CloseReason | undefined;

  send(bytes: Bytes): void {
    if (this.closedFor !== undefined) throw new Error('sent after the close');
    this.sent.push(bytes);
  }

  inventory(): Inventory['socket'] {
    return { address: { ip: '192.0.2.7', port: 40_000 }, handshakesCounted: true, lastHeardMs: 5, unsentBytes: 0 };
  }

  close(reason: CloseReason): void {
    if (this.closedFor !== undefined) throw new Error('closed twice');
    this.closedFor = reason;
  }
}

/** A router's sessions and calls without sockets, media engine or time of their own. */
export class SessionBench {
  readonly clock = new FakeClock();
  readonly pool = new FakeMediaPool();
  /** For sockets that open from now on. */
  admission: Admission = openAdmission;
  readonly selfCalls = new SelfCalls(this.clock);
  failures = 0;
  readonly #pair = generatePair();
  readonly #watcher = {
    started: () => undefined,
    left: () => undefined,
    mediaDied: () => undefined,
    ended: () => undefined,
  };
  readonly calls = new Calls(
    this.pool,
    { clock: this.clock, random, participantLimit: 4, gate: openGate },
    this.#watcher,
  );

  /** A socket that has just opened. */
  open(): SessionClient {
    const { publicKey, secretKey } = this.#pair;
    const socket = new FakeSocket();
    const session = new Session(socket, {
      clock: this.clock,
      random,
      routerKey: { publicKey, secretKey: new Secret(secretKey.slice()) },
      calls: this.calls,
      admission: this.admission,
      readiness: () => 'ready',
      selfCalls: this.selfCalls,
      watcher: {
        ended: () => undefined,
        refused: () => undefined,
        failed: () => {
          this.failures += 1;
        },
      },
    });
    return new SessionClient(session, socket, publicKey);
  }
}

/** The far end of one session's socket, with real cryptography. */
export class SessionClient {
  readonly session: Session;
  readonly socket: FakeSocket;
  readonly #routerKey: Bytes;
  #channel: SealedChannel | undefined;
  #read = 1;

  constructor(session: Session, socket: FakeSocket, routerKey: Bytes) {
    this.session = session;
    this.socket = socket;
    this.#routerKey = routerKey;
  }

  get channel(): SealedChannel {
    if (this.#channel === undefined) throw new Error('no handshake yet');
    return this.#channel;
  }

  shakeHands(): this {
    using handshake = new ClientHandshake({
      routerKeys: [this.#routerKey],
      pair: new KeyPair(random(32), multiply),
      cookie: random(16),
    });
    this.session.receive(handshake.hello);
    this.#channel = handshake.open(this.socket.sent[0] ?? new Uint8Array()).channel;
    return this;
  }

  sealed(text: string): void {
    this.session.receive(this.channel.seal(toUtf8(text)));
  }

  ask<N extends RequestName>(id: number, request: N, params: Params<N>): void {
    this.session.receive(this.channel.seal(encodeRequest(id, request, params)));
  }

  seatParams(callId: CallId, seat?: TestSeat): ReturnType<typeof seatParams> {
    return seatParams(this.channel, this.#routerKey, callId, seat);
  }

  leave(id: number): void {
    this.ask(id, 'call.leave', {});
  }

  join(id: number, call: TestCall, token?: Bytes, seat = this.seatParams(call.id)): void {
    this.ask(id, 'call.join', { ...this.#proof(call, token), ...seat, profile: 'opus-vp8-vp9-av1' });
  }

  peek(id: number, call: TestCall, token?: Bytes): void {
    this.ask(id, 'call.peek', this.#proof(call, token));
  }

  #proof(call: TestCall, token: Bytes | undefined): Params<'call.peek'> {
    const { own, peer } = this.channel.cookies;
    const signature = call.sign(joinMessage(this.#routerKey, own, peer));
    return { callId: call.id, signature, ...(token === undefined ? {} : { token }) };
  }

  rejoin(id: number, ticket: Bytes): void {
    this.ask(id, 'call.rejoin', { ticket });
  }

  /** What the next message says, which must be the result of that request. */
  async result<N extends RequestName>(id: number, request: N): Promise<Result<N>> {
    await settled();
    const box = this.socket.sent[this.#read];
    this.#read += 1;
    const message = parseFromRouter(this.channel.open(box ?? new Uint8Array()));
    if (message === undefined || !('result' in message) || message.id !== id) throw new Error('no such result');
    return parseResult(request, message.result);
  }

  /** Resolves when there are so many messages more. */
  async answered(count: number): Promise<void> {
    while (this.socket.sent.length < this.#read + count) await settled();
  }

  /** The next so many messages, in short, and what came with them. */
  async answers(count: number): Promise<string[]> {
    await this.answered(count);
    return this.heard();
  }

  /** Everything the router sent since the last time, in short. */
  async heard(): Promise<string[]> {
    await settled();
    const messages = this.socket.sent.slice(this.#read).map((box) => inShort(parseFromRouter(this.channel.open(box))));
    this.#read = this.socket.sent.length;
    return messages;
  }
}

function inShort(message: FromRouter): string {
  if (message === undefined) return 'unknown notice';
  if ('notice' in message) return message.notice;
  return 'error' in message ? `${message.id} ${message.error}` : `${message.id} ok`;
}

/** Lets everything that waits for nothing but promises run. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
