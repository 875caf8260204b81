import { describe, expect, test } from 'vitest';
import {
  beginning,
  follow,
  nothing,
  priorityOf,
  sizeFor,
  type Held,
} from '../../../../src/client/call/attention/size.ts';

const heights = (source: 'camera' | 'screen', ...lines: number[]) => lines.map((one) => sizeFor(one, source).height);

test('a camera is asked for at the smallest step that need not be enlarged by more than a third', () => {
  expect(heights('camera', 0, 120, 121, 240, 241, 480, 481, 960, 961, 4_000)).toEqual([
    90, 90, 180, 180, 360, 360, 720, 720, 1080, 1080,
  ]);
});

test('a screen is never enlarged, up to what there is', () => {
  expect(heights('screen', 90, 91, 360, 721, 2_160)).toEqual([90, 180, 360, 1080, 1080]);
});

test('small cameras are asked for with half the frames', () => {
  expect([100, 240, 241].map((lines) => sizeFor(lines, 'camera').framesPerSecond)).toEqual([15, 15, 30]);
  expect(sizeFor(100, 'screen').framesPerSecond).toBe(30);
});

test('the larger a picture, the sooner it is served, and a screen before every camera', () => {
  const priorities = [90, 300, 700, 1_000].map((lines) => priorityOf(sizeFor(lines, 'camera'), 'camera'));
  expect(priorities).toEqual(priorities.toSorted((one, other) => one - other));
  expect(new Set(priorities).size).toBe(4);
  expect(priorityOf(sizeFor(90, 'screen'), 'screen')).toBeGreaterThan(priorities.at(-1) ?? Infinity);
});

describe('what is asked for follows what is seen', () => {
  const small = sizeFor(100, 'camera');
  const large = sizeFor(700, 'camera');
  const middle = sizeFor(300, 'camera');

  /** The heights held at each of these moments. */
  function heights(from: Held, ...looks: readonly (readonly [number, ReturnType<typeof sizeFor> | undefined])[]) {
    let held = from;
    return looks.map(([atMs, fits]) => {
      held = follow(held, fits, atMs);
      return held.size?.height;
    });
  }

  test('upwards at once', () => {
    expect(heights(nothing, [0, small], [1, large])).toEqual([90, 720]);
  });

  test('downwards after it has stayed so for 2 s, to what it is by then', () => {
    expect(heights(nothing, [0, large], [100, small], [2_099, middle], [2_100, middle])).toEqual([720, 720, 720, 360]);
  });

  test('not at all when it goes back and forth', () => {
    expect(heights(nothing, [0, large], [100, small], [2_000, large], [2_100, small], [4_099, small])).toEqual([
      720, 720, 720, 720, 720,
    ]);
  });

  test('out of sight, it is given up after 5 s', () => {
    expect(heights(nothing, [0, small], [100, undefined], [5_099, undefined], [5_100, undefined])).toEqual([
      90,
      90,
      90,
      undefined,
    ]);
  });

  test('what has just opened is asked for before it is seen, and given up if it is not', () => {
    expect(heights(beginning(0), [0, undefined], [4_999, undefined], [5_000, undefined])).toEqual([90, 90, undefined]);
    expect(heights(beginning(0), [100, large])).toEqual([720]);
  });
});
