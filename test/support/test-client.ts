import { ed25519 } from '@noble/curves/ed25519.js';
import { CallId } from '../../src/shared/identity/call-id.ts';
import { joinMessage } from '../../src/shared/protocol/join-message.ts';
import type { Params, Result } from '../../src/shared/protocol/requests.ts';
import { seatMessage } from '../../src/shared/protocol/seat.ts';
import type { SealedChannel } from '../../src/shared/sealing/channel.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { handshakeWith, RouterClient, shakeHands } from '../../src/tools/peers/router-client.ts';
import { RouterSocket, type Reach } from '../../src/tools/peers/router-socket.ts';

/** An Ed25519 pair by which somebody takes a seat. */
export class TestSeat {
  readonly #secret = ed25519.utils.randomSecretKey();
  readonly publicKey: Bytes = new Uint8Array(ed25519.getPublicKey(this.#secret));

  sign(message: Uint8Array): Bytes {
    return new Uint8Array(ed25519.sign(message, this.#secret));
  }
}

/** What a join has beside the call's own proof: a seat key, and its signature for one channel. */
export function seatParams(
  channel: SealedChannel,
  routerKey: Bytes,
  callId: CallId,
  seat = new TestSeat(),
): Pick<Params<'call.join'>, 'seatKey' | 'seatSignature'> {
  const { own, peer } = channel.cookies;
  const message = seatMessage({ routerKey, clientCookie: own, routerCookie: peer }, callId);
  return { seatKey: seat.publicKey, seatSignature: seat.sign(message) };
}

/** A call as its participants know it: what signs, and what it is called. */
export interface TestCall {
  readonly id: CallId;
  sign(message: Uint8Array): Bytes;
}

export function testCall(): TestCall {
  const secret = ed25519.utils.randomSecretKey();
  const id = CallId.from(ed25519.getPublicKey(secret));
  if (id === undefined) throw new Error('no call id');
  return { id, sign: (message) => new Uint8Array(ed25519.sign(message, secret)) };
}

/** A client whose calls are made of what a test knows, right or wrong. */
export class TestClient extends RouterClient {
  /** Connects and sends a hello as `change` leaves it; what comes back is up to the test. */
  static async hello(reach: Reach, change: (hello: Bytes) => Uint8Array): Promise<RouterSocket> {
    const socket = await RouterSocket.open(reach);
    using handshake = handshakeWith(reach);
    socket.send(change(handshake.hello));
    return socket;
  }

  /** Connects and completes the handshake. Rejects when the socket closes, or with the handshake's CodedError. */
  static override async connect(reach: Reach): Promise<TestClient> {
    return new TestClient(await shakeHands(reach));
  }

  /** Joins with right signatures, and a token if the router asks for one. */
  async join(call: TestCall, token?: Bytes, seat = new TestSeat(), lastRun?: Bytes): Promise<Result<'call.join'>> {
    return this.request('call.join', {
      ...this.#proof(call, token),
      ...this.seatParams(call.id, seat),
      ...(lastRun === undefined ? {} : { lastRun }),
      profile: 'opus-vp8-vp9-av1',
    });
  }

  /** What a join on this channel has of a seat. */
  seatParams(callId: CallId, seat = new TestSeat()): ReturnType<typeof seatParams> {
    return seatParams(this.channel, this.routerKey, callId, seat);
  }

  /** Peeks with a right signature, and a token if the router asks for one. */
  async peek(call: TestCall, token?: Bytes): Promise<Result<'call.peek'>['call']> {
    return (await this.request('call.peek', this.#proof(call, token))).call;
  }

  #proof(call: TestCall, token: Bytes | undefined): Params<'call.peek'> {
    const signature = call.sign(this.joinMessage);
    return { callId: call.id, signature, ...(token === undefined ? {} : { token }) };
  }

  get joinMessage(): Bytes {
    const { own, peer } = this.channel.cookies;
    return joinMessage(this.routerKey, own, peer);
  }

  /** Rejoins with a ticket, instead of joining. */
  async rejoin(ticket: Bytes): Promise<Result<'call.rejoin'>> {
    return this.request('call.rejoin', { ticket });
  }

  /** Breaks the socket, as a network does: a seat on it is held. */
  vanish(): void {
    this.socket.webSocket.terminate();
  }
}
