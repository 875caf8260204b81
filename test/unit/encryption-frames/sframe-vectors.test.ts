import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/shared/support/bytes.ts';
import { FrameKey } from '../../../src/client/encryption/frames/frame-key.ts';
import { frameRules } from '../../../src/client/encryption/frames/frame-rules.ts';
import { openFrame, parseFrame, sealFrame } from '../../../src/client/encryption/frames/frame.ts';
import { decodeHeader, encodeHeader } from '../../../src/client/encryption/frames/header.ts';
import { broadcastKey, frameBaseKey, fromKid, kidOf, nextStep } from '../../../src/client/encryption/keys/derive.ts';
import { frames, hex, mediaKeys, rfc9605 } from './vectors.ts';

const ownHeaders = frames.map(({ chain, step, counter, header }) => ({
  kid: kidOf(chain, step),
  ctr: counter,
  encoded: header,
}));
const whose = rfc9605 ? 'the RFC 9605 vectors' : "the project's OWN vectors only (those of RFC 9605 are not there)";

describe(`SFrame, by ${whose}`, () => {
  test('every header is written and read as published', () => {
    const headers = rfc9605?.header ?? ownHeaders;
    expect(headers).toHaveLength(rfc9605 ? 289 : frames.length);
    for (const { kid, ctr, encoded } of headers) {
      const header = { kid: BigInt(kid), counter: BigInt(ctr) };
      expect(toHex(encodeHeader(header))).toBe(encoded);
      expect(decodeHeader(hex(`${encoded}00ff`))).toEqual({ ...header, length: encoded.length / 2 });
      for (let cut = 0; cut < encoded.length; cut += 2)
        expect(decodeHeader(hex(encoded.slice(0, cut)))).toBeUndefined();
    }
  });

  // Where the published vectors are missing, this suite's name says so and our own frames below stand in.
  const suite5 = rfc9605?.sframe.filter((vector) => vector.cipher_suite === 5) ?? [];
  for (const { kid, ctr, base_key, metadata, pt, ct } of suite5)
    test('a whole frame of cipher suite 5 is sealed and opened as published', async () => {
      const header = { kid: BigInt(kid), counter: BigInt(ctr) };
      const encoded = encodeHeader(header);
      const key = await FrameKey.derive(hex(base_key), header.kid);
      const aad = new Uint8Array([...encoded, ...hex(metadata)]);
      const sealed = await key.seal(header.counter, aad, hex(pt));
      expect(toHex(encoded) + toHex(sealed)).toBe(ct);
      expect(await key.open(header.counter, aad, sealed)).toEqual(hex(pt));
    });
});

test('a header outside 64 bits is refused, and so is one written longer than it had to be', () => {
  expect(() => encodeHeader({ kid: 2n ** 64n, counter: 0n })).toThrow(RangeError);
  expect(() => encodeHeader({ kid: 0n, counter: -1n })).toThrow(RangeError);
  for (const long of ['0807', '8007', '090007', '0a0000ff', '0f0000000000000001'])
    expect(decodeHeader(hex(long))).toBeUndefined();
});

describe('media keys, by our own vectors', () => {
  test('chain and step make the KID and come back out of it, far past 2^32', () => {
    for (const { chain, step, kid } of mediaKeys.kids) {
      expect(kidOf(chain, step)).toBe(kid);
      expect(fromKid(BigInt(kid))).toEqual({ chain, step });
    }
    expect(fromKid(2n ** 48n)).toBeUndefined();
    expect(fromKid(-1)).toBeUndefined();
  });

  test('each step derives the next', () => {
    for (const { mediaKey, next } of mediaKeys.steps) expect(toHex(nextStep(hex(mediaKey)))).toBe(next);
  });

  test('each source has a base key of its own', () => {
    for (const { mediaKey, callBinding, source, baseKey } of mediaKeys.frameBaseKeys)
      expect(toHex(frameBaseKey(hex(mediaKey), hex(callBinding), source))).toBe(baseKey);
    expect(new Set(mediaKeys.frameBaseKeys.map(({ baseKey }) => baseKey)).size).toBe(4);
  });

  test('each broadcast has a key of its own', () => {
    for (const { mediaKey, callBinding, kid, counter, key } of mediaKeys.broadcastKeys)
      expect(toHex(broadcastKey(hex(mediaKey), hex(callBinding), kid, counter))).toBe(key);
  });
});

describe('frames, by our own vectors', () => {
  test.each(frames)('$source, $codec, chain $chain, step $step, counter $counter', async (vector) => {
    const kid = BigInt(kidOf(vector.chain, vector.step));
    const key = await FrameKey.derive(frameBaseKey(hex(vector.mediaKey), hex(vector.callBinding), vector.source), kid);
    const plain = frameRules[vector.codec].split(hex(vector.frame));
    if (plain === undefined) expect.unreachable();
    const sealed = await sealFrame(key, { kid, counter: BigInt(vector.counter) }, plain);
    expect(toHex(sealed)).toBe(vector.sealed);
    const parsed = parseFrame(vector.codec, sealed);
    if (parsed === undefined) expect.unreachable();
    expect(toHex((await openFrame(key, parsed)) ?? new Uint8Array())).toBe(vector.opened ?? vector.frame);
  });
});

test('a frame with nothing between header and tag is refused, one with a byte is not', () => {
  const header = encodeHeader({ kid: 9n, counter: 9n });
  expect(parseFrame('opus', new Uint8Array([...header, ...new Uint8Array(16)]))).toBeUndefined();
  expect(parseFrame('opus', new Uint8Array([...header, ...new Uint8Array(17)]))).toBeDefined();
});
