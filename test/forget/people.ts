import { randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { boxKey } from '../../src/shared/sealing/box.ts';
import type { Multiply } from '../../src/shared/sealing/public-key.ts';
import { multiply as x25519 } from '../../src/server/keys/x25519.ts';
import { MediaClient } from '../support/media-client.ts';
import { testCall, TestClient, TestSeat, type TestCall } from '../support/test-client.ts';
import { RouterSocket, type Reach } from '../../src/tools/peers/router-socket.ts';
import type { Needles } from './needles.ts';

/** Size of the audio packets that are sent, in bytes. */
const packetBytes = 80;

/** A router that asks for tokens, and where there are some. */
export interface Entrance extends Reach {
  token(): Promise<Bytes>;
}

/** One participant of the call under examination; all that anybody could know of it becomes a needle. */
export class Examined {
  readonly client: TestClient;
  readonly id: ParticipantId;
  readonly media: MediaClient;

  static async join(router: Entrance, call: TestCall, from: string, tcp: boolean, needles: Needles): Promise<Examined> {
    const agent = unmistakable(needles);
    const multiply = overheard(needles);
    needles.address(from);
    const client = await TestClient.connect({ ...router, from, multiply, headers: { 'user-agent': agent } });
    const { own, peer } = client.channel.cookies;
    needles.bytes('channel cookie', own);
    needles.bytes('channel cookie', peer);
    needles.bytes('join signature', call.sign(client.joinMessage));
    const token = await router.token();
    tokenNeedles(token, needles);
    const seat = new TestSeat();
    const { seatKey, seatSignature } = client.seatParams(call.id, seat);
    needles.bytes('seat key', seatKey);
    needles.bytes('seat key', seatSignature);
    const { participantId, ticket, run } = await client.join(call, token, seat);
    needles.bytes('run of a call', run);
    needles.bytes('participant id', participantId.bytes);
    needles.bytes('rejoin ticket', ticket);
    return new Examined(client, participantId, await MediaClient.create(client, from, tcp));
  }

  private constructor(client: TestClient, id: ParticipantId, media: MediaClient) {
    this.client = client;
    this.id = id;
    this.media = media;
  }

  async speak(needles: Needles): Promise<void> {
    await this.media.speak(packetBytes);
    const relayed = randomBytes(300);
    needles.bytes('relayed bytes', relayed.subarray(30, 60)); // a multiple of 3 into it, so that its base64 stands in the whole's
    await this.client.request('relay.send', { toAll: new Uint8Array(relayed) });
  }

  async hear(other: Examined, needles: Needles): Promise<void> {
    await this.media.hear(other.id);
    for (const { router, iceUsernameFragment, icePassword, fingerprint, certificate } of this.media.known) {
      for (const text of [iceUsernameFragment, router.iceParameters.usernameFragment]) {
        if (text.length > 6) needles.text('ICE user fragment', text);
        needles.text('ICE user fragment', `${router.iceParameters.usernameFragment}:${iceUsernameFragment}`);
      }
      for (const text of [icePassword, router.iceParameters.password]) needles.text('ICE password', text);
      for (const value of [fingerprint, ...router.dtlsParameters.fingerprints.map((own) => own.value)])
        needles.fingerprint(value);
      needles.bytes('DTLS certificate', publicKeyOf(certificate));
      needles.text('media id', router.transportId);
    }
  }

  async leave(): Promise<void> {
    await this.client.request('call.leave', {});
    await this.client.closed;
    await this.media[Symbol.asyncDispose]();
  }
}

/** A call of two from beginning to end, without media. */
export async function shortCall(router: Entrance, froms: readonly string[], needles: Needles): Promise<void> {
  const call = testCall();
  needles.bytes('call id', call.id.bytes);
  const people = await Promise.all(froms.map(async (from) => Examined.join(router, call, from, false, needles)));
  for (const { client } of people) {
    const { transportId } = await client.request('transport.create', { direction: 'send' });
    needles.text('media id', transportId);
    await client.request('relay.send', { toAll: new Uint8Array(randomBytes(2_000)) });
  }
  for (const person of people) await person.leave();
}

/** Attempts that lead nowhere, each from an address of its own: `addresses` must be seven. Returns how to end what is left of them. */
export async function strangers(
  router: Entrance,
  call: TestCall,
  addresses: readonly string[],
  needles: Needles,
): Promise<() => void> {
  for (const address of addresses) needles.address(address);
  const [wrong = '', hello = '', silent = '', reader = '', foreign = '', late = '', forger = ''] = addresses;
  const headers = (): { 'user-agent': string } => ({ 'user-agent': unmistakable(needles) });
  const client = await TestClient.connect({ ...router, from: wrong, multiply: overheard(needles), headers: headers() });
  const signature = randomBytes(64);
  needles.bytes('join signature', signature);
  const joining = {
    callId: call.id,
    signature: new Uint8Array(signature),
    ...client.seatParams(call.id),
    profile: 'opus-vp8-vp9-av1' as const,
  };
  await client.request('call.join', joining).catch(() => client.closed);
  const guest = await TestClient.connect({ ...router, from: forger, multiply: overheard(needles), headers: headers() });
  const forged = (await router.token()).fill(randomBytes(1)[0] ?? 0, -20);
  tokenNeedles(forged, needles);
  for (const token of [forged, undefined]) await guest.join(call, token).catch(() => undefined);
  const greeted = await TestClient.hello({ ...router, from: hello, headers: headers() }, (bytes) => bytes);
  const tcp = await openSocket(router, silent);
  await read(router, reader, headers());
  await RouterSocket.open({ ...router, from: foreign, origin: `https://${unmistakable(needles)}.example` }).catch(
    () => 403,
  );
  const opened = await RouterSocket.open({ ...router, from: late, headers: headers() });
  return () => {
    guest.vanish();
    tcp.destroy();
    greeted.webSocket.terminate();
    opened.webSocket.terminate();
  };
}

/** A token whole, and the parts of it that are its own (RFC 9577 section 2.2). */
function tokenNeedles(token: Bytes, needles: Needles): void {
  for (const part of [token, token.subarray(2, 34), token.subarray(98)]) needles.bytes('token', part);
}

/** X25519 that makes needles of all that it gives. */
function overheard(needles: Needles): Multiply {
  return (secretKey, publicKey) => {
    const shared = x25519(secretKey, publicKey);
    needles.bytes('channel key', shared);
    needles.bytes('channel key', boxKey(shared));
    return shared;
  };
}

/** The 64 bytes of the P-256 point in a certificate (PEM). */
function publicKeyOf(certificate: string): Buffer {
  return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }).subarray(-64);
}

/** A word that stands nowhere else, for a header. */
function unmistakable(needles: Needles): string {
  const word = `examined-${randomBytes(12).toString('hex')}`;
  needles.text('HTTP header', word);
  return word;
}

async function openSocket(router: Reach, from: string): Promise<Socket> {
  const { hostname: host, port } = new URL(router.address);
  const socket = connect({ host, port: Number(port), localAddress: from });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function read(router: Reach, from: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const url = new URL('/no-such-page', router.address);
  const ask = url.protocol === 'https:' ? requestEncrypted : request;
  const asking = ask(url, { localAddress: from, agent: false, headers, rejectUnauthorized: false });
  asking.end();
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
}
