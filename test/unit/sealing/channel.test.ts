import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SealedChannel } from '../../../src/shared/sealing/channel.ts';
import { pad, unpad } from '../../../src/shared/sealing/padding.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';

function channels(): { client: SealedChannel; router: SealedChannel } {
  const atClient = { cookie: new Uint8Array(16).fill(1), nextCounter: 1 };
  const atRouter = { cookie: new Uint8Array(16).fill(2), nextCounter: 2 };
  const key = new Uint8Array(32).fill(3);
  return {
    client: new SealedChannel(key.slice(), atClient, atRouter),
    router: new SealedChannel(key.slice(), atRouter, atClient),
  };
}

const message = Uint8Array.of(1, 2, 3);

describe('the sealed channel', () => {
  test('opens each message once, in order, and only from the other side', () => {
    const { client, router } = channels();
    const [first, second] = [client.seal(message), client.seal(message)];
    expect(first).not.toEqual(second);
    expect(() => router.open(second)).toThrow('not-opened'); // one is missing
    expect(router.open(first)).toEqual(message);
    expect(() => router.open(first)).toThrow('not-opened'); // again
    expect(router.open(second)).toEqual(message);
    expect(() => client.open(client.seal(message))).toThrow('not-opened'); // reflected
  });

  test('opens nothing that was changed in any byte', () => {
    const { client, router } = channels();
    const sealed = client.seal(message);
    for (let index = 0; index < sealed.length; index += 1) {
      const forged = sealed.slice();
      forged[index] = ((forged[index] ?? 0) + 1) % 256;
      expect(() => router.open(forged)).toThrow('not-opened');
    }
    expect(() => router.open(sealed.subarray(1))).toThrow('not-opened');
    expect(() => router.open(new Uint8Array())).toThrow('not-opened');
    expect(router.open(sealed)).toEqual(message);
  });

  test('seals 64 KiB less the length, and not a byte more', () => {
    const { client, router } = channels();
    const longest = new Uint8Array(limits.messageBytes - 4).fill(7);
    const sealed = client.seal(longest);
    expect(sealed.length).toBe(limits.frameBytes);
    expect(router.open(sealed)).toEqual(longest);
    expect(() => client.seal(new Uint8Array(limits.messageBytes - 3))).toThrow('message-too-large');
  });

  test('seals and opens nothing once it was ended', () => {
    const { client, router } = channels();
    const sealed = client.seal(message);
    router[Symbol.dispose]();
    client[Symbol.dispose]();
    expect(() => router.open(sealed)).toThrow('secret was purged');
    expect(() => client.seal(message)).toThrow('secret was purged');
  });
});

describe('padding', () => {
  test('gives back what it was given, in a power of two that is at least the smallest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const padded = pad(bytes, 256);
        expect(Number.isInteger(Math.log2(padded.length))).toBe(true);
        expect(padded.length).toBeGreaterThanOrEqual(256);
        expect(unpad(padded)).toEqual(bytes);
      }),
    );
  });

  test('is refused with a length past its end, or anything after the message', () => {
    const padded = pad(message, 256);
    expect(unpad(padded.subarray(0, 3))).toBeUndefined();
    expect(unpad(Uint8Array.from(padded, (byte, index) => (index === 255 ? 1 : byte)))).toBeUndefined();
    expect(unpad(Uint8Array.from(padded, (byte, index) => (index === 0 ? 253 : byte)))).toBeUndefined();
  });
});
