import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fit } from '../../../src/page/layout/fit.ts';
import { layout, type Box, type Layout, type Size } from '../../../src/page/layout/layout.ts';

const desktop = { width: 1256, height: 660 };
const phone = { width: 378, height: 716 };

/** How many tiles each row has, from the top. */
function rows({ boxes }: Layout): readonly number[] {
  const tops = boxes.map(({ y }) => Math.round(y));
  return [...new Set(tops)].map((top) => tops.filter((y) => y === top).length);
}

function overlap(a: Box, b: Box): boolean {
  const apart = 0.01; // rounding
  return (
    a.x + a.width > b.x + apart &&
    b.x + b.width > a.x + apart &&
    a.y + a.height > b.y + apart &&
    b.y + b.height > a.y + apart
  );
}

describe('layout', () => {
  test('one person fills the area', () => {
    expect(layout(desktop, 1).boxes).toEqual([{ x: 0, y: 0, ...desktop }]);
  });

  test('of two, the other fills the area and oneself floats in its lower right corner', () => {
    for (const area of [desktop, phone]) {
      const [other, self] = layout(area, 2).boxes;
      expect(other).toEqual({ x: 0, y: 0, ...area });
      expect(self?.width).toBeLessThanOrEqual(Math.max(104, area.width * 0.23));
      expect(self && self.x + self.width).toBeLessThan(area.width);
      expect(self && self.y + self.height).toBeLessThan(area.height);
    }
  });

  test.each([
    [3, [2, 1]],
    [4, [2, 2]],
    [5, [3, 2]],
    [6, [3, 3]],
    [7, [3, 3, 1]],
    [9, [3, 3, 3]],
  ])('%i on a desktop make rows of %j', (count, expected) => {
    expect(rows(layout(desktop, count))).toEqual(expected);
  });

  test('three stand side by side where it is wide enough', () => {
    expect(rows(layout({ width: 1500, height: 500 }, 3))).toEqual([3]);
  });

  test.each([
    [3, [1, 1, 1]],
    [4, [2, 2]],
    [5, [2, 2, 1]],
    [8, [2, 2, 2, 2]],
  ])('%i on a phone make rows of %j', (count, expected) => {
    expect(rows(layout(phone, count))).toEqual(expected);
  });

  test('the last row is centred', () => {
    const last = layout(desktop, 5).boxes.slice(3);
    const left = last[0]?.x ?? 0;
    const right = (last[1]?.x ?? 0) + (last[1]?.width ?? 0);
    expect(left).toBeCloseTo(desktop.width - right);
    expect(left).toBeGreaterThan(0);
  });

  test('a crowd scrolls rather than getting too small to see', () => {
    const { boxes, contentHeight } = layout(desktop, 60);
    expect(contentHeight).toBeGreaterThan(desktop.height);
    expect(Math.min(...boxes.map(({ width }) => width))).toBeGreaterThanOrEqual(200);
    expect(layout(desktop, 12).contentHeight).toBe(desktop.height);
  });

  test('there is nothing to place in no area', () => {
    expect(layout({ width: 0, height: 0 }, 3)).toEqual({ boxes: [], contentHeight: 0 });
  });

  test('whatever the area and the number, nobody is missing, outside, on top of another, or out of shape', () => {
    const areas = fc.record({
      width: fc.integer({ min: 320, max: 2600 }),
      height: fc.integer({ min: 240, max: 1600 }),
    });
    fc.assert(
      fc.property(areas, fc.integer({ min: 3, max: 60 }), (area: Size, count) => {
        const { boxes, contentHeight } = layout(area, count);
        expect(boxes).toHaveLength(count);
        for (const { x, y, width, height } of boxes) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.01);
          expect(x + width).toBeLessThanOrEqual(area.width + 0.01);
          expect(y + height).toBeLessThanOrEqual(contentHeight + 0.01);
          expect(width / height).toBeGreaterThanOrEqual(2 / 3 - 0.01);
          expect(width / height).toBeLessThanOrEqual(16 / 9 + 0.01);
        }
        const [first, ...rest] = boxes;
        expect(rest.some((box) => first !== undefined && overlap(first, box))).toBe(false);
        expect(boxes.slice(0, -1).some((box, index) => overlap(box, boxes[index + 1] ?? box))).toBe(false);
      }),
    );
  });
});

describe('fit', () => {
  test('a picture fills a tile of nearly its shape', () => {
    expect(fit({ width: 1280, height: 720 }, { width: 400, height: 300 })).toBe('cover');
    expect(fit({ width: 1280, height: 720 }, { width: 190, height: 285 })).toBe('cover');
  });

  test('a wide picture is shown whole on an upright phone, and an upright one in a wide tile', () => {
    expect(fit({ width: 1280, height: 720 }, phone)).toBe('contain');
    expect(fit({ width: 480, height: 854 }, { width: 1256, height: 660 })).toBe('contain');
  });

  test('without a picture yet there is nothing to crop', () => {
    expect(fit({ width: 0, height: 0 }, phone)).toBe('cover');
  });
});
