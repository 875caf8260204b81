import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  pbkdf2Sync,
} from 'node:crypto';
import nacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { groupVectors } from '../../vectors/make-group.ts';
import { callKey, group } from './vectors.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
const utf8 = (text: string): string => Buffer.from(text).toString('hex');
const sha512 = (text: string): string => createHash('sha512').update(bytes(text)).digest('hex');
const hkdf = (secret: string, info: string, length: number): string =>
  Buffer.from(hkdfSync('sha512', bytes(secret), '', bytes(info), length)).toString('hex');
const x25519 = (secret: string, publicKey: string): string =>
  diffieHellman({
    privateKey: createPrivateKey({
      key: bytes(`302e020100300506032b656e04220420${secret}`),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({ key: bytes(`302a300506032b656e032100${publicKey}`), format: 'der', type: 'spki' }),
  }).toString('hex');

const { low, high, transcript } = group;
const { binding, verify } = callKey.derived;

describe('messages between participants', () => {
  it('are those of the vectors', () => {
    expect(groupVectors).toEqual(group);
  });

  it('have the keys that another implementation derives', () => {
    expect(x25519(low.ephemeralSecret, high.ephemeral)).toBe(group.shared);
    const parts = `${utf8('sotto/1 pair')}01${callKey.callId}${low.id}${low.ephemeral}${high.id}${high.ephemeral}`;
    expect(sha512(parts)).toBe(transcript);
    const both = hkdf(group.shared, utf8('sotto/1 pair') + binding + transcript, 64);
    expect(both).toBe(group.pairKeys.low + group.pairKeys.high);
  });

  it('have the proofs that another implementation makes', () => {
    for (const sender of ['low', 'high'] as const) {
      const [own, peer] = sender === 'low' ? [low, high] : [high, low];
      const key = hkdf(x25519(own.identitySecret, peer.ephemeral), utf8('sotto/1 identity') + binding + transcript, 32);
      const said = own.identity + utf8(own.name).padEnd(128, '0');
      const proof = createHmac('sha512', bytes(key))
        .update(bytes(utf8(sender) + said))
        .digest('hex')
        .slice(0, 64);
      expect(group.authBodies[sender]).toBe(said + proof);
    }
  });

  it('have the roster digest and the code that another implementation makes', () => {
    const lines = low.id + low.identity + low.ephemeral + high.id + high.identity + high.ephemeral;
    expect(sha512(utf8('sotto/1 roster') + callKey.callId + lines)).toBe(group.rosterDigest);
    const derived = pbkdf2Sync(bytes(group.rosterDigest), bytes(verify), 131_072, 36, 'sha512');
    const digits = [0, 6, 12, 18, 24, 30].map((at) => String(derived.readUIntLE(at, 6) % 100_000).padStart(5, '0'));
    expect(digits.join('')).toBe(group.verificationCode);
  });

  it('have the call state that another implementation derives the key of', () => {
    const { count, at, bytes: sealed } = group.callState;
    const key = new Uint8Array(bytes(hkdf(callKey.callKey, utf8('sotto/1 state'), 32)));
    const plain = nacl.secretbox.open(bytes(sealed).subarray(24), bytes(group.nonce), key);
    const written = Buffer.alloc(11, 1);
    written.writeUInt16LE(count, 1);
    written.writeBigUInt64LE(BigInt(at), 3);
    expect(plain && Buffer.from(plain)).toEqual(written);
  });

  it('have the sizes that ENCRYPTION tells', () => {
    expect(bytes(group.lowHello)).toHaveLength(90);
    expect(bytes(group.authBodies.low)).toHaveLength(128);
    expect(bytes(group.keysBody)).toHaveLength(83);
    expect(bytes(group.rosterBody)).toHaveLength(83);
    const { auth, ...others } = group.pairMessagesOfLow;
    expect(bytes(auth)).toHaveLength(1 + 8 + 16 + 256);
    for (const message of Object.values(others)) expect(bytes(message)).toHaveLength(1 + 8 + 16 + 128);
    expect(bytes(group.callState.bytes)).toHaveLength(51);
    expect(bytes(group.broadcast.bytes)).toHaveLength(1 + 8 + 8 + 24 + 16 + 128);
  });
});
