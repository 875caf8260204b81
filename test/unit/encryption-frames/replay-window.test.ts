import { describe, expect, test } from 'vitest';
import { ReplayWindow } from '../../../src/client/encryption/keys/replay-window.ts';

describe.each([
  { source: 'microphone', size: 128 },
  { source: 'camera', size: 512 },
] as const)('the replay window of a $source', ({ source, size }) => {
  test('takes each counter once, in whatever order', () => {
    const window = new ReplayWindow(source);
    for (const counter of [5, 0, 3, size - 1]) {
      expect(window.isFresh(counter)).toBe(true);
      expect(window.mark(counter)).toBe(true);
      expect(window.isFresh(counter)).toBe(false);
      expect(window.mark(counter)).toBe(false);
    }
  });

  test('reaches back exactly its size', () => {
    const window = new ReplayWindow(source);
    window.mark(10_000);
    expect(window.isFresh(10_000 - size + 1)).toBe(true);
    expect(window.isFresh(10_000 - size)).toBe(false);
  });

  test('asking marks nothing', () => {
    const window = new ReplayWindow(source);
    window.isFresh(2 ** 40);
    expect(window.mark(0)).toBe(true);
  });

  test('remembers all of its counters while it moves over them', () => {
    const window = new ReplayWindow(source);
    for (let counter = 0; counter < 3 * size; counter += 1) {
      expect(window.mark(counter)).toBe(true);
      for (let earlier = Math.max(0, counter - 2 * size); earlier <= counter; earlier += 1)
        if (window.isFresh(earlier)) expect.unreachable(`${earlier} would come twice`);
    }
  });

  test('a great leap forgets nothing that could still come', () => {
    const window = new ReplayWindow(source);
    window.mark(1);
    window.mark(2 ** 50);
    expect(window.mark(1)).toBe(false);
    expect(window.mark(2 ** 50 - 1)).toBe(true);
  });
});
