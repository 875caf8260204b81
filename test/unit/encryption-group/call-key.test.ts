import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CallSigner } from '../../../src/client/encryption/call-key/call-signature.ts';
import { decodeInvitation, encodeInvitation } from '../../../src/client/encryption/call-key/invitation.ts';
import { SeatKey } from '../../../src/client/encryption/call-key/seat-key.ts';
import { signedBy } from '../../../src/server/keys/ed25519.ts';
import { joinMessage } from '../../../src/shared/protocol/join-message.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';
import { callKeyVectors } from '../../vectors/make-group.ts';
import { callIdOf } from '../../support/call-id.ts';
import { random } from '../../support/fake-relay.ts';
import { callKey as vectors, hex } from './vectors.ts';

describe('keys from the call key', () => {
  it('are those of the vectors', () => {
    expect(callKeyVectors).toEqual(vectors);
  });

  it('are what another implementation of HKDF and Ed25519 makes of the same call key', () => {
    const infos = { callIdSeed: 'call-id', hello: 'hello', state: 'state', verify: 'verify', binding: 'binding' };
    for (const [name, info] of Object.entries(infos)) {
      const derived = hkdfSync('sha512', hex(vectors.callKey), '', `sotto/1 ${info}`, 32);
      expect(Buffer.from(derived).toString('hex')).toBe(vectors.derived[name as keyof typeof infos]);
    }
    const pkcs8 = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      hex(vectors.derived.callIdSeed),
    ]);
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
    expect(x).toBe(toBase64Url(hex(vectors.callId)));
    expect(sign(null, hex(vectors.join.message), privateKey).toString('hex')).toBe(vectors.join.signature);
    const label = Buffer.from('sotto/1 join').toString('hex');
    const { routerKey, clientCookie, routerCookie, message } = vectors.join;
    expect(message).toBe(label + routerKey + clientCookie + routerCookie);
  });
});

describe('a seat key', () => {
  it('has the id and the signature that another implementation makes', () => {
    const { seed, seatKey, participantId, message, signature } = vectors.seat;
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), hex(seed)]);
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    expect(createPublicKey(privateKey).export({ format: 'jwk' }).x).toBe(toBase64Url(hex(seatKey)));
    const label = (text: string): string => Buffer.from(text).toString('hex');
    const id = createHash('sha512')
      .update(hex(label('sotto/1 participant') + vectors.callId + seatKey))
      .digest('hex');
    expect(participantId).toBe(id.slice(0, 32));
    const { routerKey, clientCookie, routerCookie } = vectors.join;
    expect(message).toBe(label('sotto/1 seat') + routerKey + clientCookie + routerCookie + vectors.callId);
    expect(sign(null, hex(message), privateKey).toString('hex')).toBe(signature);
    expect(signedBy(hex(seatKey), hex(message), hex(signature))).toBe(true);
  });

  it('makes another participant of every call, and signs no more when it is purged', async () => {
    const key = await SeatKey.create();
    const ids = [callIdOf(random(32)), callIdOf(random(32))].map((callId) => key.participantIn(callId).key);
    expect(new Set(ids).size).toBe(2);
    key.purge();
    const channel = { routerKey: random(32), clientCookie: random(16), routerCookie: random(16) };
    await expect(key.sign(channel, callIdOf(random(32)))).rejects.toThrow('purged');
  });
});

describe('a join signature', () => {
  it('is good for the channel and router it was made for, and no other', async () => {
    const [key, routerKey, clientCookie, routerCookie] = [random(32), random(32), random(16), random(16)];
    const signer = await CallSigner.of(key);
    expect(signer.callId.key).toBe(callIdOf(key).key);
    const { callId, signature } = await signer.signJoin(routerKey, clientCookie, routerCookie);
    expect(callId.signed(joinMessage(routerKey, clientCookie, routerCookie), signature)).toBe(true);
    expect(callId.signed(joinMessage(random(32), clientCookie, routerCookie), signature)).toBe(false);
    expect(callId.signed(joinMessage(routerKey, random(16), routerCookie), signature)).toBe(false);
    expect(callId.signed(joinMessage(routerKey, clientCookie, random(16)), signature)).toBe(false);
    expect((await CallSigner.of(random(32))).callId.key).not.toBe(callId.key);
  });
});

describe('an invite', () => {
  it('comes back as it went, with # or without', () => {
    const invitation = { callKey: random(32), routerKey: random(32) };
    const fragment = encodeInvitation(invitation);
    expect(decodeInvitation(fragment)).toEqual(invitation);
    expect(decodeInvitation(`#${fragment}`)).toEqual(invitation);
    expect(fragment).toMatch(/^[\w-]{87}$/u);
  });

  it('says of what it is not whether it is damaged or of a later version', () => {
    const { otherFragments } = vectors;
    for (const { text, error } of otherFragments) expect(decodeInvitation(text)).toBe(error);
    expect(otherFragments.filter(({ error }) => error === 'invitation-newer')).toHaveLength(3);
    expect(otherFragments.filter(({ error }) => error === 'invitation-damaged')).toHaveLength(7);
  });
});
