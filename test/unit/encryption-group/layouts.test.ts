import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCapture, encodeCapture } from '../../../src/client/encryption/group/capture.ts';
import { packContent, unpackContent } from '../../../src/client/encryption/group/content.ts';
import { decodeKeys, encodeKeys } from '../../../src/client/encryption/group/keys-message.ts';
import { cleanName, decodeName, encodeName } from '../../../src/client/encryption/group/name.ts';
import { Outbox } from '../../../src/client/encryption/group/outbox.ts';
import { PairChannel } from '../../../src/client/encryption/group/pair-channel.ts';
import { decodeRoster, encodeRoster } from '../../../src/client/encryption/group/roster.ts';
import { decodeSpeaking, encodeSpeaking } from '../../../src/client/encryption/group/speaking.ts';
import type { FromWorker } from '../../../src/client/encryption/messages.ts';
import { sources } from '../../../src/shared/identity/source.ts';
import { toUtf8 } from '../../../src/shared/support/bytes.ts';
import { random } from '../../support/fake-relay.ts';
import { group, hex } from './vectors.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u16 = fc.integer({ min: 0, max: 2 ** 16 - 1 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes));
const decodes = fc.subarray(['vp9', 'av1'] as const).map((more) => ['vp8', ...more] as const);
const capture = fc
  .record({ change: u32, on: fc.subarray([...sources]), muted: fc.boolean(), decodes })
  .map(({ muted, on, ...rest }) => ({ ...rest, on, muted: muted && on.includes('microphone') }));

describe('contents', () => {
  it('come back as they went, in one of four sizes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_021 }), (body) => {
        const packed = packContent('roster', body);
        expect([128, 256, 512, 1024]).toContain(packed.length);
        expect(unpackContent(packed)).toEqual({ kind: 3, body });
      }),
    );
    expect(() => packContent('roster', new Uint8Array(1_022))).toThrow(RangeError);
  });

  it('are taken only as they are made: in the smallest size that fits, with zeros after the body', () => {
    const packed = packContent('keys', new Uint8Array(82));
    expect(unpackContent(packed)).toBeDefined();
    for (const bad of [
      packed.with(127, 1),
      packed.with(1, 126),
      packed.with(2, 1),
      packed.subarray(1),
      new Uint8Array([...packed, ...new Uint8Array(128)]),
      new Uint8Array(),
      new Uint8Array(2),
    ])
      expect(unpackContent(bad)).toBeUndefined();
  });
});

describe('bodies', () => {
  it('of keys come back as they went', () => {
    const chains = fc.tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })));
    fc.assert(
      fc.property(chains, u16, key, key, capture, ([chain, gap], step, now, then, on) => {
        const keys = { chain, step, key: now, next: gap === null ? undefined : { chain: chain + gap, key: then } };
        expect(decodeKeys(encodeKeys(keys, on))).toEqual({ keys, capture: on });
      }),
    );
  });

  it('of keys are refused with no chain, with a next chain that is not above, and with a next key without a chain', () => {
    const body = hex(group.keysBody);
    const without = hex(group.keysBodyWithoutNext);
    expect(decodeKeys(body)).toBeDefined();
    expect(decodeKeys(without)).toBeDefined();
    for (const bad of [body.with(0, 0), body.with(38, 7), without.with(50, 1), body.with(81, 2), body.subarray(1)])
      expect(decodeKeys(bad)).toBeUndefined();
  });

  it('of rosters and captures come back as they went, and in no other form', () => {
    fc.assert(
      fc.property(u32, u16, u32, capture, (chain, step, held, on) => {
        const roster = { digest: random(64), chain, step, held, capture: on };
        expect(decodeRoster(encodeRoster(roster))).toEqual(roster);
        expect(decodeCapture(encodeCapture(on))).toEqual(on);
      }),
    );
    expect(decodeRoster(hex(group.rosterBody).subarray(1))).toBeUndefined();
    for (const bad of [hex(group.capture).with(7, 2), hex(group.capture).with(4, 3)])
      expect(decodeCapture(bad)).toBeUndefined();
    expect(decodeCapture(hex(group.captureMuted))).toEqual({
      change: 3,
      on: ['microphone', 'screen'],
      muted: true,
      decodes: ['vp8', 'av1'],
    });
  });

  it('of levels come back to a 255th of full scale, and in no other form', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (level) => {
        expect(Math.abs((decodeSpeaking(encodeSpeaking(level)) ?? NaN) - level)).toBeLessThanOrEqual(0.5 / 255);
      }),
    );
    expect([-1, 2].map((level) => decodeSpeaking(encodeSpeaking(level)))).toEqual([0, 1]);
    expect(decodeSpeaking(hex(group.speaking))).toBe(128 / 255);
    for (const bad of [new Uint8Array(), new Uint8Array(2)]) expect(decodeSpeaking(bad)).toBeUndefined();
  });

  it('of captures may name video codecs of a later version, and must name VP8', () => {
    const bytes = hex(group.capture);
    expect(decodeCapture(bytes.with(8, 1 + 2 + 8 + 128))?.decodes).toEqual(['vp8', 'vp9']);
    for (const bits of [0, 2, 6, 254]) expect(decodeCapture(bytes.with(8, bits))).toBeUndefined();
  });
});

describe('pair messages', () => {
  it('are taken once each, only forwards, with gaps counted, and not by their own sender', () => {
    const [low, high] = [random(32), random(32)];
    const sender = new PairChannel(low.slice(), high.slice());
    const receiver = new PairChannel(high.slice(), low.slice());
    const [first, second, third, fourth] = ['a', 'b', 'c', 'd'].map((text) =>
      sender.seal('roster', toUtf8(text)).subarray(1),
    );
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error();
    expect(sender.open(first)).toBeUndefined();
    expect(receiver.open(second, 'first')).toBeUndefined();
    expect(receiver.open(first, 'first')).toMatchObject({ kind: 3 });
    expect(receiver.open(first)).toBeUndefined();
    expect(receiver.open(third)?.body).toEqual(toUtf8('c'));
    expect(receiver.open(second)).toBeUndefined();
    expect(receiver.open(fourth.with(0, 9))).toBeUndefined();
    expect(receiver.missed).toBe(1);
    expect(receiver.open(fourth)).toBeDefined();
    expect(receiver.missed).toBe(1);
  });
});

describe('names', () => {
  it('are taken as the vectors say', () => {
    for (const { bytes, name } of group.names) expect(decodeName(hex(bytes)) ?? null).toBe(name);
    expect(group.names.filter(({ name }) => name !== null)).toHaveLength(4);
  });

  it('of any kind can be cleaned, and then travel', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const name = cleanName(text);
        expect(toUtf8(name).length).toBeLessThanOrEqual(64);
        expect(decodeName(encodeName(name))).toBe(name);
      }),
    );
    expect(cleanName('  A\u202ed\u0000a\u200b ')).toBe('Ada');
    expect(cleanName('\ud800x')).toBe('\ufffdx');
    expect(cleanName('🦊'.repeat(17))).toBe('🦊'.repeat(16));
  });
});

describe('the outbox', () => {
  it('makes one relay of neighbouring entries, keeps the order, and cuts lists at 128', () => {
    const outbox = new Outbox();
    const sent: FromWorker[] = [];
    for (let index = 0; index < 130; index += 1) outbox.to(`p${index}`, random(1));
    outbox.toAll(random(1));
    outbox.to('last', random(1));
    outbox.flush((message) => sent.push(message));
    const sizes = sent.map((message) => (message.type === 'relay' && 'list' in message ? message.list.length : 'all'));
    expect(sizes).toEqual([128, 2, 'all', 1]);
    outbox.flush((message) => sent.push(message));
    expect(sent).toHaveLength(4);
  });
});
