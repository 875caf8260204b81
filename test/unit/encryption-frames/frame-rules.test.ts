import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameRules } from '../../../src/client/encryption/frames/frame-rules.ts';
import { encodeObus, parseObus } from '../../../src/client/encryption/frames/obu.ts';
import type { VideoCodec } from '../../../src/client/encryption/messages.ts';
import { concat, type Bytes } from '../../../src/shared/support/bytes.ts';
import { makeReceiver, makeSenderFor } from './people.ts';

const picture = Uint8Array.from({ length: 300 }, (_, index) => index);
const delimiter = Uint8Array.of(0x12, 0x00);
const sequenceHeader = Uint8Array.of(0x0a, 0x04, 1, 2, 3, 4);
const frameObu = encodeObus([{ type: 6, extension: undefined, payload: picture }]);
const key = concat(delimiter, sequenceHeader, frameObu);
const delta = concat(delimiter, frameObu);

/** A sealed frame of `codec`, and somebody who can open it. */
async function sealed(codec: VideoCodec, frame: Uint8Array) {
  const receiver = makeReceiver();
  const bytes = await makeSenderFor(receiver).seal('camera', codec, frame, 0);
  if (bytes === undefined) throw new Error('dropped');
  return { bytes, open: (changed: Uint8Array, as: VideoCodec = codec) => receiver.open('camera', as, changed, 0) };
}

/** What a packetiser at one end and its counterpart at the other make of AV1: every OBU gets a length. */
function travelled(bytes: Uint8Array): Bytes {
  const obus = parseObus(bytes);
  if (obus === undefined) throw new Error('no OBUs');
  return encodeObus(obus);
}

describe('AV1', () => {
  test('a frame comes out as it went in, but for its temporal delimiter', async () => {
    for (const frame of [key, delta]) {
      const { bytes, open } = await sealed('av1', frame);
      expect(await open(travelled(bytes))).toEqual({ outcome: 'opened', frame: frame.subarray(2) });
    }
  });

  test('nothing of a frame is clear but that a sequence starts', async () => {
    const start = await sealed('av1', key);
    const other = await sealed('av1', concat(delimiter, Uint8Array.of(0x0a, 0x02, 9, 9), frameObu));
    expect(start.bytes.subarray(0, 4)).toEqual(Uint8Array.of(0x0a, 0x01, 0x00, 0x30));
    expect(other.bytes.subarray(0, 4)).toEqual(start.bytes.subarray(0, 4));
    expect((await sealed('av1', delta)).bytes[0]).toBe(0x30);
  });

  test('what a router can change without being noticed never reaches a decoder', async () => {
    for (const frame of [key, delta]) {
      const { bytes } = await sealed('av1', frame);
      const starts = bytes[0] === 0x0a;
      const mark = starts ? bytes.subarray(0, 3) : new Uint8Array();
      const inside = bytes.subarray(mark.length + 1);
      const size = Uint8Array.of((inside.length % 128) + 128, Math.floor(inside.length / 128) + 128, 0);
      const unseen = [
        bytes,
        travelled(bytes),
        concat(mark, Uint8Array.of(0x32), size, inside), // a longer form of its length
        concat(mark, Uint8Array.of(0x31), inside), // a reserved bit
        ...(starts ? [concat(Uint8Array.of(0x0a, 2, 7, 7), bytes.subarray(3))] : []), // another mark
      ];
      for (const changed of unseen) {
        const { bytes: fresh, open } = await sealed('av1', frame);
        expect(fresh).toHaveLength(bytes.length);
        const own = concat(changed.subarray(0, changed.length - inside.length), fresh.subarray(-inside.length));
        expect(await open(own)).toEqual({ outcome: 'opened', frame: frame.subarray(2) });
      }
    }
  });

  test('a frame is refused with anything more, anything less, or anything else in it', async () => {
    const { bytes, open } = await sealed('av1', key);
    const inside = bytes.subarray(4);
    const wrapped = (header: number[], ...more: Uint8Array[]) =>
      concat(bytes.subarray(0, 3), Uint8Array.of(...header), inside, ...more);
    const whole = travelled(bytes);
    for (const changed of [
      whole.subarray(3), // without its mark
      concat(whole.subarray(0, 3), whole), // with two
      concat(delimiter, whole),
      concat(whole, delimiter),
      concat(whole, frameObu),
      wrapped([0x34, 0x00]), // an extension
      wrapped([0x38]), // another type
      wrapped([0xb0]), // the forbidden bit
      whole.subarray(0, -1),
      concat(whole, Uint8Array.of(0)),
      bytes.with(20, (bytes[20] ?? 0) ^ 1),
      new Uint8Array(),
    ])
      expect(await open(changed)).toEqual({ outcome: 'undecryptable' });
    const other = await sealed('av1', delta);
    expect(await other.open(concat(bytes.subarray(0, 3), other.bytes))).toEqual({ outcome: 'undecryptable' }); // a mark too many
    expect((await open(whole)).outcome).toBe('opened');
  });

  test('what is no row of OBUs is not sent, nor what is nothing but a temporal delimiter', () => {
    const { split } = frameRules.av1;
    for (const frame of [
      new Uint8Array(),
      delimiter,
      Uint8Array.of(0x80),
      Uint8Array.of(0x32),
      Uint8Array.of(0x32, 0x05, 1),
      Uint8Array.of(0x36),
      Uint8Array.of(0x32, ...new Uint8Array(8).fill(0x80), 0),
      Uint8Array.of(0x32, ...new Uint8Array(7).fill(0xff), 0x7f),
    ])
      expect(split(frame)).toBeUndefined();
  });

  test('every row of OBUs comes back as it was written, and no bytes make the parser throw', () => {
    const obu = fc.record({
      type: fc.integer({ min: 0, max: 15 }),
      extension: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(obu, { maxLength: 5 }), (obus) => {
        expect(parseObus(encodeObus(obus))).toEqual(obus);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const rule of Object.values(frameRules)) {
          rule.split(bytes);
          rule.take(bytes);
          rule.isKeyFrame(bytes);
        }
      }),
    );
  });
});

describe('a router that passes one codec off as another', () => {
  /** What carries `inside` in each codec. */
  const forms: readonly [VideoCodec, (inside: Uint8Array) => Uint8Array][] = [
    ['vp8', (inside) => inside],
    ['vp8', (inside) => concat(Uint8Array.of(1, 0, 0), inside)],
    ['vp8', (inside) => concat(new Uint8Array(10), inside)],
    ['vp9', (inside) => inside],
    ['av1', (inside) => concat(Uint8Array.of(0x30), inside)],
    ['av1', (inside) => concat(Uint8Array.of(0x0a, 0x01, 0x00, 0x30), inside)],
  ];

  test.each(['vp8', 'vp9', 'av1'] as const)('finds nobody who opens %s as that', async (codec) => {
    for (const frame of codec === 'av1' ? [key, delta] : [picture, picture.with(0, 1)])
      for (const [as, form] of forms) {
        if (as === codec) continue;
        const { bytes, open } = await sealed(codec, frame);
        const inside = frameRules[codec].take(bytes)?.sealed ?? bytes;
        expect(await open(form(inside), as)).toEqual({ outcome: 'undecryptable' });
        expect(await open(bytes, as)).toEqual({ outcome: 'undecryptable' });
      }
  });
});

test('a key frame is told by its own first bytes, in each codec', () => {
  const { vp8, vp9, av1 } = frameRules;
  expect([vp8.isKeyFrame(Uint8Array.of(0x10)), vp8.isKeyFrame(Uint8Array.of(0x31))]).toEqual([true, false]);
  // VP9 of profile 0: a key frame, one between, one that shows an earlier one again; of profile 1: a key frame.
  const vp9Frames = [0x82, 0x86, 0x88, 0xa2].map((first) => vp9.isKeyFrame(Uint8Array.of(first)));
  expect(vp9Frames).toEqual([true, false, false, true]);
  expect([av1.isKeyFrame(key.subarray(2)), av1.isKeyFrame(delta.subarray(2))]).toEqual([true, false]);
});
