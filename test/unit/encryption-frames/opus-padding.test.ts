import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpusPadding } from '../../../src/client/encryption/frames/opus-padding.ts';

/** The one frame in a packet of code 0 or 3, taken apart as RFC 6716 section 3.2 says. */
function frameOf(packet: Uint8Array): { config: number; frame: number[] } {
  const [toc = 0, count = 0] = packet;
  const config = toc - (toc % 4);
  if (toc % 4 === 0) return { config, frame: [...packet.subarray(1)] };
  expect(toc % 4).toBe(3);
  expect(count % 64).toBe(1);
  if (count < 64) return { config, frame: [...packet.subarray(2)] };
  let at = 2;
  let padding = 0;
  while (packet[at] === 255) {
    padding += 254;
    at += 1;
  }
  padding += packet[at] ?? 0;
  const end = packet.length - padding;
  expect([...packet.subarray(end)].every((byte) => byte === 0)).toBe(true);
  return { config, frame: [...packet.subarray(at + 1, end)] };
}

const packets = fc
  .tuple(fc.nat(63), fc.uint8Array({ minLength: 0, maxLength: 1_275 }))
  .map(([config, frame]) => Uint8Array.of(config * 4, ...frame));

test('every padded packet still holds its frame', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(frameOf(new OpusPadding().pad(packet))).toEqual(frameOf(packet));
    }),
  );
});

test('packets of constant bitrate are left alone', () => {
  const packet = new Uint8Array(80).fill(4);
  expect(new OpusPadding().pad(packet)).toBe(packet);
});

test('silence and speech come out equally long', () => {
  const padding = new OpusPadding();
  const sizes = [3, 79, 78, 80, 1].map((size) => padding.pad(new Uint8Array(size)).length);
  expect(sizes).toEqual([80, 80, 80, 80, 80]);
});

test('a longer packet takes all later ones up with it', () => {
  const padding = new OpusPadding();
  const sizes = [3, 138, 3, 90, 160, 400, 3].map((size) => padding.pad(new Uint8Array(size)).length);
  expect(sizes).toEqual([80, 160, 160, 160, 160, 640, 640]);
});

test('packets of several frames stay as they are', () => {
  for (const code of [1, 2, 3]) {
    const packet = Uint8Array.of(code, 1, 2, 3);
    expect(new OpusPadding().pad(packet)).toBe(packet);
  }
});
