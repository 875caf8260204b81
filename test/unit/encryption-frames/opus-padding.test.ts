import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpusPadding } from '../../../src/client/encryption/frames/opus-padding.ts';

/** What a packet says of its frames, and they, taken apart as RFC 6716 section 3.2 says. */
function framesOf(packet: Uint8Array): { config: number; count: number; frames: number[] } {
  const [toc = 0, second = 0] = packet;
  const config = toc - (toc % 4);
  const count = [1, 2, 2 + 128, second][toc % 4] ?? 0;
  if (toc % 4 < 3) return { config, count, frames: [...packet.subarray(1)] };
  if (count % 128 < 64) return { config, count, frames: [...packet.subarray(2)] };
  let at = 2;
  let padding = 0;
  while (packet[at] === 255) {
    padding += 254;
    at += 1;
  }
  padding += packet[at] ?? 0;
  const end = packet.length - padding;
  expect([...packet.subarray(end)].every((byte) => byte === 0)).toBe(true);
  return { config, count: count - 64, frames: [...packet.subarray(at + 1, end)] };
}

const packets = fc.oneof(
  fc
    .tuple(fc.nat(63), fc.nat(2), fc.uint8Array({ minLength: 0, maxLength: 2_550 }))
    .map(([config, code, frames]) => Uint8Array.of(config * 4 + code, ...frames)),
  fc
    .tuple(fc.nat(63), fc.integer({ min: 1, max: 48 }), fc.boolean(), fc.uint8Array({ minLength: 0, maxLength: 2_550 }))
    .map(([config, count, isVbr, frames]) => Uint8Array.of(config * 4 + 3, count + (isVbr ? 128 : 0), ...frames)),
);

test('every padded packet still holds its frames', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(framesOf(new OpusPadding().pad(packet))).toEqual(framesOf(packet));
    }),
  );
});

test('packets of constant bitrate are left alone', () => {
  const packet = new Uint8Array(160).fill(4);
  expect(new OpusPadding().pad(packet)).toBe(packet);
});

test('silence and speech come out equally long, of one frame or of two', () => {
  const padding = new OpusPadding();
  const sizes = [3, 159, 158, 160, 1].map((size) => padding.pad(new Uint8Array(size)).length);
  expect(sizes).toEqual([160, 160, 160, 160, 160]);
  for (const code of [1, 2, 3]) expect(padding.pad(Uint8Array.of(code, 2, 2, 3)).length).toBe(160);
});

test('a longer packet takes all later ones up with it', () => {
  const padding = new OpusPadding();
  const sizes = [3, 276, 3, 180, 320, 800, 3].map((size) => padding.pad(new Uint8Array(size)).length);
  expect(sizes).toEqual([160, 320, 320, 320, 320, 1_280, 1_280]);
});

test('a packet that is padded already, or none at all, stays as it is', () => {
  for (const packet of [Uint8Array.of(3, 1 + 64, 1, 7, 0), Uint8Array.of(3), Uint8Array.of()])
    expect(new OpusPadding().pad(packet)).toBe(packet);
});
