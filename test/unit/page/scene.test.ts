import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box, Size } from '../../../src/page/layout/layout.ts';
import { neighbour } from '../../../src/page/layout/neighbour.ts';
import type { Seat } from '../../../src/page/layout/pages.ts';
import { scene, type Scene, type SceneInput } from '../../../src/page/layout/scene.ts';
import { bringIn, reseat } from '../../../src/page/layout/seats.ts';

const desktop = { width: 1256, height: 660 };
const wide = { width: 1900, height: 950 };
const phone = { width: 378, height: 716 };
const phoneAcross = { width: 820, height: 290 };

/** So many others, the last `silent` of whom have no picture. */
function seats(count: number, silent = 0): readonly Seat[] {
  return Array.from({ length: count }, (_, index) => ({ id: `p${index}`, hasPicture: index < count - silent }));
}

function shown(area: Size, others: readonly Seat[], more: Partial<SceneInput> = {}): Scene {
  const input: SceneInput = {
    area,
    seats: others,
    screens: [],
    ownShare: false,
    speakers: [],
    pinned: undefined,
    chosen: undefined,
    view: 'auto',
    page: 0,
  };
  return scene({ ...input, ...more });
}

/** The tiles in words: ids, and what is not a person. */
function names({ tiles }: Scene): readonly string[] {
  return tiles.map(({ tile }) => (tile.of === 'person' ? tile.id : tile.of));
}

const screen = (id: string) => ({ of: 'screen', id }) as const;

describe('what is on the stage', () => {
  test('nothing, while nobody shares', () => {
    expect(shown(desktop, seats(3)).large).toBeUndefined();
  });

  test('the newest screen, with those before it to choose from', () => {
    const { large, choices } = shown(desktop, seats(6), { screens: ['p2', 'p0'] });
    expect(large?.what).toEqual(screen('p2'));
    expect(choices).toEqual([screen('p2'), screen('p0')]);
  });

  test('what was chosen by hand, as long as it is there', () => {
    const both = { screens: ['p2', 'p0'], chosen: screen('p0') };
    expect(shown(desktop, seats(6), both).large?.what).toEqual(screen('p0'));
    expect(shown(desktop, seats(6), { ...both, screens: ['p2'] }).large?.what).toEqual(screen('p2'));
  });

  test('who is pinned, beside a screen to choose from, and not once they have left', () => {
    const pinned = { pinned: 'p3', chosen: { of: 'person', id: 'p3' } } as const;
    const { large, choices } = shown(desktop, seats(6), { ...pinned, screens: ['p2'] });
    expect(large?.what).toEqual({ of: 'person', id: 'p3' });
    expect(choices).toHaveLength(2);
    expect(shown(desktop, seats(3), pinned).large).toBeUndefined();
  });

  test('who speaks, in the view for that, and the first while nobody has spoken', () => {
    const view = { view: 'speaker' } as const;
    expect(shown(desktop, seats(4), { ...view, speakers: ['gone', 'p2'] }).large?.what.id).toBe('p2');
    expect(shown(desktop, seats(4), view).large?.what.id).toBe('p0');
  });

  test('never one of two: they are large and small anyway', () => {
    expect(shown(desktop, seats(1), { view: 'speaker' }).large).toBeUndefined();
  });

  test.each([
    ['at least three quarters of the width on a desktop', desktop, ({ box }: { box: Box }) => box.width >= 0.75 * 1256],
    ['the whole height beside the strip', desktop, ({ box }: { box: Box }) => box.height === 660],
    ['the upper 55 % of an upright phone', phone, ({ box }: { box: Box }) => box.height === Math.round(0.55 * 716)],
    ['the whole width of an upright phone', phone, ({ box }: { box: Box }) => box.width === 378 && box.y === 0],
    ['most of the width of a phone held across', phoneAcross, ({ box }: { box: Box }) => box.width >= 0.75 * 820],
  ])('a screen has %s', (_, area, holds) => {
    const { large } = shown(area, seats(9), { screens: ['p0'] });
    expect(large).toBeDefined();
    expect(large !== undefined && holds(large)).toBe(true);
  });

  test('few tiles beside it do not get larger at its expense', () => {
    const { large, tiles } = shown(desktop, seats(1), { screens: ['p0'] });
    expect(large?.box.width).toBeGreaterThanOrEqual(0.75 * desktop.width);
    expect(tiles).toHaveLength(2);
  });

  test('the strip has five tiles at most, oneself last and who shares among them', () => {
    expect(names(shown(desktop, seats(9), { screens: ['p0'] }))).toEqual(['p0', 'p1', 'p2', 'p3', 'own']);
    expect(names(shown(phone, seats(9), { screens: ['p0'] }))).toHaveLength(5);
    expect(names(shown(phoneAcross, seats(9), { screens: ['p0'] })).length).toBeLessThan(5);
  });

  test("one's own screen is a tile, never on the stage", () => {
    const alone = shown(desktop, seats(2), { ownShare: true });
    expect(alone.large).toBeUndefined();
    expect(names(alone)).toEqual(['p0', 'p1', 'own-share', 'own']);
    const beside = shown(desktop, seats(9), { ownShare: true, screens: ['p1'] });
    expect(beside.choices).toEqual([]);
    expect(names(beside)).toEqual(['p0', 'p1', 'p2', 'own-share', 'own']);
  });
});

describe('pages', () => {
  test.each([
    ['up to 16 tiles on a desktop', desktop, 15, 16, 1],
    ['16 of 24 people on a desktop', desktop, 23, 16, 2],
    ['25 tiles where it is wide', wide, 24, 25, 1],
    ['9 on a phone, which scrolls', phone, 8, 9, 1],
  ])('%s', (_, area, others, tiles, pages) => {
    const first = shown(area, seats(others));
    expect([first.tiles.length, first.pages]).toEqual([tiles, pages]);
  });

  test('every page has oneself last, and together they have everybody once', () => {
    const pages = [0, 1, 2].map((page) => names(shown(desktop, seats(40), { page })));
    expect(pages.map((page) => page.at(-1))).toEqual(['own', 'own', 'own']);
    const others = pages.flat().filter((name) => name !== 'own');
    expect(others).toEqual(seats(40).map(({ id }) => id));
  });

  test('a page that is no more is the last one', () => {
    expect(shown(desktop, seats(20), { page: 7 })).toMatchObject({ page: 1, pages: 2 });
  });

  test('above 25 people, those without a picture share a tile on every page', () => {
    const crowd = seats(39, 13);
    const first = shown(desktop, crowd);
    expect(first.tiles.find(({ tile }) => tile.of === 'listening')?.tile).toMatchObject({ ids: { length: 13 } });
    expect(names(shown(desktop, crowd, { page: 1 }))).toContain('listening');
    expect(names(shown(desktop, seats(24, 13)))).not.toContain('listening');
    expect(names(shown(wide, seats(39, 1)))).not.toContain('listening');
  });

  test('a crowd on a phone begins with the speaker and three others, then pages of six', () => {
    const first = shown(phone, seats(19), { speakers: ['p4'] });
    expect(first.large?.what.id).toBe('p4');
    expect(names(first)).toEqual(['p0', 'p1', 'p2', 'p4', 'own']);
    const second = shown(phone, seats(19), { speakers: ['p4'], page: 1 });
    expect(second).toMatchObject({ large: undefined, page: 1, pages: 5 });
    expect(names(second)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'own']);
    expect(shown(phone, seats(19), { view: 'grid' })).toMatchObject({ large: undefined, pages: 4 });
  });
});

test('whatever is to be shown, nothing lies outside or on top of another, and nobody is there twice', () => {
  const areas = fc.record({ width: fc.integer({ min: 320, max: 2600 }), height: fc.integer({ min: 260, max: 1600 }) });
  const input = fc.record({
    area: areas,
    count: fc.integer({ min: 2, max: 45 }),
    silent: fc.integer({ min: 0, max: 20 }),
    screens: fc.integer({ min: 0, max: 3 }),
    ownShare: fc.boolean(),
    view: fc.constantFrom('auto', 'grid', 'speaker'),
    page: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(input, ({ area, count, silent, screens, ...more }) => {
      const others = seats(count, Math.min(silent, count));
      const result = shown(area, others, { ...more, screens: others.slice(0, screens).map(({ id }) => id) });
      const boxes = [
        ...(result.large?.what.of === 'screen' ? [result.large.box] : []),
        ...result.tiles.map(({ box }) => box),
      ];
      const apart = 0.01; // rounding
      boxes.forEach((a, index) => {
        expect(Math.min(a.x, a.y)).toBeGreaterThanOrEqual(-apart);
        expect(a.x + a.width).toBeLessThanOrEqual(area.width + apart);
        expect(a.y + a.height).toBeLessThanOrEqual(result.contentHeight + apart);
        expect(Math.min(a.width, a.height)).toBeGreaterThan(40);
        for (const b of boxes.slice(index + 1))
          if (boxes.length > 2)
            expect(
              a.x + a.width > b.x + apart &&
                b.x + b.width > a.x + apart &&
                a.y + a.height > b.y + apart &&
                b.y + b.height > a.y + apart,
            ).toBe(false);
      });
      expect(new Set(names(result)).size).toBe(result.tiles.length);
    }),
  );
});

describe('seats', () => {
  const of = (list: readonly Seat[]) => list.map(({ id }) => id).join('');
  const seat = (id: string, hasPicture = true): Seat => ({ id, hasPicture });
  const before = [seat('a'), seat('b'), seat('x', false), seat('y', false)];

  test('who comes sits behind those who have a picture as they do', () => {
    expect(of(reseat(before, [...before, seat('c'), seat('z', false)]))).toBe('abcxyz');
  });

  test('a camera that is turned on or off moves nobody else', () => {
    expect(of(reseat(before, [seat('a', false), seat('b'), seat('x', false), seat('y', false)]))).toBe('bxya');
    expect(of(reseat(before, [seat('a'), seat('b'), seat('x', false), seat('y')]))).toBe('abyx');
  });

  test('who leaves leaves no gap, and who was brought forward stays there', () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => seat(id));
    const swapped = bringIn(four, ['a', 'b'], ['d', 'a']);
    expect(of(swapped)).toBe('adcb');
    expect(of(reseat(swapped, four.slice(1)))).toBe('dcb');
  });

  test('a speaker takes the place of who was heard least recently, and nobody else moves', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((id) => seat(id));
    expect(of(bringIn(five, ['a', 'b', 'c'], ['e', 'c', 'a']))).toBe('aecdb');
    expect(of(bringIn(five, ['a', 'b', 'c'], ['d', 'c', 'b', 'a']))).toBe('dbcae');
  });

  test('a speaker who is in view, or unknown, moves nobody', () => {
    expect(bringIn(before, ['a', 'b'], ['b'])).toBe(before);
    expect(bringIn(before, ['a', 'b'], ['gone'])).toBe(before);
    expect(bringIn(before, ['a', 'b'], [])).toBe(before);
  });
});

describe('arrows', () => {
  const boxes = [
    [0, 0],
    [100, 0],
    [50, 100],
  ].map(([x = 0, y = 0]) => ({ x, y, width: 90, height: 90 }));

  test('lead to what lies that way, and nowhere where nothing does', () => {
    expect(neighbour(boxes, 0, 'right')).toBe(1);
    expect(neighbour(boxes, 1, 'left')).toBe(0);
    expect(neighbour(boxes, 0, 'down')).toBe(2);
    expect(neighbour(boxes, 1, 'down')).toBe(2);
    expect(neighbour(boxes, 2, 'up')).toBe(0);
    expect(neighbour(boxes, 0, 'left')).toBeUndefined();
    expect(neighbour(boxes, 2, 'down')).toBeUndefined();
  });
});
