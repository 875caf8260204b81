import { CallSigner } from '../../src/client/encryption/call-key/call-signature.ts';
import { fromCallKey } from '../../src/client/encryption/call-key/derivations.ts';
import { decodeInvitation, encodeInvitation } from '../../src/client/encryption/call-key/invitation.ts';
import { SeatKey } from '../../src/client/encryption/call-key/seat-key.ts';
import { authBody } from '../../src/client/encryption/group/auth.ts';
import { sealBroadcast } from '../../src/client/encryption/group/broadcast.ts';
import { sealCallState } from '../../src/client/encryption/group/call-state.ts';
import { encodeCapture } from '../../src/client/encryption/group/capture.ts';
import { encodeSpeaking } from '../../src/client/encryption/group/speaking.ts';
import { sealHello } from '../../src/client/encryption/group/hello.ts';
import { KeyPair } from '../../src/shared/sealing/key-pair.ts';
import { encodeKeys } from '../../src/client/encryption/group/keys-message.ts';
import { decodeName } from '../../src/client/encryption/group/name.ts';
import { PairChannel } from '../../src/client/encryption/group/pair-channel.ts';
import { pairKeys, transcriptOf } from '../../src/client/encryption/group/pair-keys.ts';
import { encodeRoster, rosterDigest } from '../../src/client/encryption/group/roster.ts';
import { verificationCode } from '../../src/client/encryption/group/verification.ts';
import { broadcastKey } from '../../src/client/encryption/keys/derive.ts';
import { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import { joinMessage } from '../../src/shared/protocol/join-message.ts';
import { seatMessage } from '../../src/shared/protocol/seat.ts';
import { concat, littleEndian, toHex, toUtf8, type Bytes } from '../../src/shared/support/bytes.ts';

/** `length` bytes that count up from `first`: easily told apart in a dump. */
function counting(first: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, index) => (first + index) % 256);
}

const callKey = counting(0, 32);

/** Everything that is derived from a call key, and invites. */
async function makeCallKeyVectors() {
  const [routerKey, clientCookie, routerCookie] = [counting(32, 32), counting(64, 16), counting(80, 16)];
  const { callId, signature } = await (await CallSigner.of(callKey)).signJoin(routerKey, clientCookie, routerCookie);
  const channel = { routerKey, clientCookie, routerCookie };
  const seatKey = await SeatKey.create(counting(96, 32));
  const fragment = encodeInvitation({ callKey, routerKey });
  const bad = ['', '#', fragment.slice(0, -1), `${fragment}A`, `${fragment}AA`, `${fragment}=`, `AA${fragment.slice(2)}`];
  const newer = [`B${fragment.slice(1)}`, 'Ag', `_${fragment}`];
  return {
    callKey: toHex(callKey),
    derived: {
      callIdSeed: toHex(fromCallKey(callKey, 'callId')),
      hello: toHex(fromCallKey(callKey, 'hello')),
      state: toHex(fromCallKey(callKey, 'state')),
      verify: toHex(fromCallKey(callKey, 'verify')),
      binding: toHex(fromCallKey(callKey, 'binding')),
    },
    callId: toHex(callId.bytes),
    join: {
      routerKey: toHex(routerKey),
      clientCookie: toHex(clientCookie),
      routerCookie: toHex(routerCookie),
      message: toHex(joinMessage(routerKey, clientCookie, routerCookie)),
      signature: toHex(signature),
    },
    seat: {
      seed: toHex(counting(96, 32)),
      seatKey: toHex(seatKey.publicKey),
      participantId: toHex(seatKey.participantIn(callId).bytes),
      message: toHex(seatMessage(channel, callId)),
      signature: toHex(await seatKey.sign(channel, callId)),
    },
    invitation: fragment,
    otherFragments: [...bad, ...newer].map((text) => ({ text, error: errorOf(text) })),
  };
}

function errorOf(fragment: string): string {
  const decoded = decodeInvitation(fragment);
  return typeof decoded === 'string' ? decoded : 'none';
}

/** One message of each kind between two participants, with everything that goes into it. */
async function makeGroupVectors() {
  const callId = (await CallSigner.of(callKey)).callId.bytes;
  const binding = fromCallKey(callKey, 'binding');
  const low = side(1, 'Ada');
  const high = side(2, 'Zoë 🦊');
  const transcript = transcriptOf(callId, low.hello, high.hello);
  const shared = low.ephemeral.agreeWith(high.hello.ephemeral);
  const keys = pairKeys(shared, binding, transcript);
  const auth = (sender: 'low' | 'high'): Bytes => {
    const [own, peer] = sender === 'low' ? [low, high] : [high, low];
    const proofSecret = own.identity.agreeWith(peer.hello.ephemeral);
    return authBody(proofSecret, { transcript, binding, sender }, { identity: own.identity.publicKey, name: own.name });
  };
  const lowChannel = new PairChannel(keys.low.slice(), keys.high.slice());
  const nonce = counting(200, 24);
  const capture = { change: 3, on: ['microphone', 'screen'], muted: false, decodes: ['vp8', 'av1'] } as const;
  const everybody = [high, low].map(({ hello, identity }) => ({
    id: hello.id.bytes,
    identity: identity.publicKey,
    ephemeral: hello.ephemeral,
  }));
  const digest = rosterDigest(callId, everybody);
  const keysBody = { chain: 7, step: 258, key: counting(100, 32), next: { chain: 8, key: counting(140, 32) } };
  const roster = { digest, chain: 7, step: 258, held: 5, capture };
  const messages = {
    auth: toHex(lowChannel.seal('auth', auth('low'))),
    keys: toHex(lowChannel.seal('keys', encodeKeys(keysBody, capture))),
    roster: toHex(lowChannel.seal('roster', encodeRoster(roster))),
    bye: toHex(lowChannel.seal('bye', new Uint8Array())),
  };
  const callState = { count: 200, at: 1_795_000_000 };
  const kid = 7 * 65_536 + 258;
  const broadcastHead = { kid, counter: 9, nonce };
  const broadcast = broadcastKey(keysBody.key, binding, kid, 9);
  return {
    callKey: toHex(callKey),
    low: printed(low),
    high: printed(high),
    nonce: toHex(nonce),
    lowHello: toHex(sealHello(fromCallKey(callKey, 'hello'), nonce, low.hello)),
    shared: toHex(shared),
    transcript: toHex(transcript),
    pairKeys: { low: toHex(keys.low), high: toHex(keys.high) },
    authBodies: { low: toHex(auth('low')), high: toHex(auth('high')) },
    capture: toHex(encodeCapture(capture)),
    captureMuted: toHex(encodeCapture({ ...capture, muted: true })),
    speaking: toHex(encodeSpeaking(0.5)),
    keysBody: toHex(encodeKeys(keysBody, capture)),
    keysBodyWithoutNext: toHex(encodeKeys({ ...keysBody, next: undefined }, capture)),
    rosterDigest: toHex(digest),
    rosterBody: toHex(encodeRoster(roster)),
    pairMessagesOfLow: messages,
    broadcast: {
      mediaKey: toHex(keysBody.key),
      kid,
      counter: 9,
      key: toHex(broadcast),
      bytes: toHex(sealBroadcast(broadcastHead, broadcast, 'capture', encodeCapture(capture))),
    },
    callState: {
      ...callState,
      bytes: toHex(sealCallState(fromCallKey(callKey, 'state'), nonce, callState)),
    },
    verificationCode: await verificationCode(digest, fromCallKey(callKey, 'verify')),
    names: nameBytes().map((bytes) => ({ bytes: toHex(bytes), name: decodeName(bytes) ?? null })),
    refusedPublicKeys: refusedPublicKeys(),
  };
}

function side(number: number, name: string) {
  const [ephemeral, identity] = [counting(number * 10, 32), counting(number * 10 + 100, 32)];
  const id = ParticipantId.from(counting(number, 16));
  if (id === undefined) throw new Error('no id');
  const pair = new KeyPair(ephemeral.slice());
  return {
    name,
    hello: { id, ephemeral: pair.publicKey },
    ephemeral: pair,
    identity: new KeyPair(identity.slice()),
    secrets: { ephemeral: toHex(ephemeral), identity: toHex(identity) },
  };
}

function printed({ name, hello, identity, secrets }: ReturnType<typeof side>) {
  return {
    name,
    id: toHex(hello.id.bytes),
    ephemeralSecret: secrets.ephemeral,
    ephemeral: toHex(hello.ephemeral),
    identitySecret: secrets.identity,
    identity: toHex(identity.publicKey),
  };
}

/** Name fields as a peer may send them, good and bad. */
function nameBytes(): Bytes[] {
  const padded = (...parts: (string | number)[]): Bytes => {
    const bytes = concat(...parts.map((part) => (typeof part === 'string' ? toUtf8(part) : Uint8Array.of(part))));
    return concat(bytes, new Uint8Array(64 - bytes.length));
  };
  return [
    padded('Zoë 🦊'),
    padded('👩‍👩‍👧 می‌خواهم'),
    padded('x'.repeat(64)),
    padded(),
    padded('Ada', 0, 'x'),
    padded(0, 'Ada'),
    padded('Ada', 0xff),
    padded('Ada', 0xed, 0xa0, 0x80),
    padded('A\u0007da'),
    padded('A\u202eda'),
    padded('A\u200bda'),
    padded(' Ada'),
    padded('Ada\n'),
  ];
}

/** Public keys of 32 bytes that nobody may take: points of low order, and encodings that are not canonical. */
function refusedPublicKeys(): { what: string; key: string }[] {
  const prime = 2n ** 255n - 19n;
  const eight = [
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
  ];
  const top = 2n ** 255n;
  const numbers: [string, bigint][] = [
    ['0, of order 4', 0n],
    ['1, of order 1', 1n],
    ...eight.map((number): [string, bigint] => ['of order 8', number]),
    ['p - 1, of order 2', prime - 1n],
    ['p, not canonical', prime],
    ['p + 1, not canonical', prime + 1n],
    ['p + 9, not canonical', prime + 9n],
    ['2^255 - 1, not canonical', top - 1n],
    ['9 with the top bit set', top + 9n],
    ...eight.map((number): [string, bigint] => ['of order 8 with the top bit set', top + number]),
    ['2^256 - 1', 2n * top - 1n],
  ];
  return numbers.map(([what, number]) => ({ what, key: toHex(littleEndian(number, 32)) }));
}

/** What call-key.json holds. */
export const callKeyVectors = await makeCallKeyVectors();
/** What group.json holds. */
export const groupVectors = await makeGroupVectors();
