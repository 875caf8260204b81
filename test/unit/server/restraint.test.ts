import { expect, test } from 'vitest';
import { Restraint, type Line } from '../../../src/server/media/restraint.ts';

const calm: Line = { availableBitrate: 120_000, resentBitrate: 0, loss: 0, pictures: { ready: 3, sent: 1 } };
const none: Line = { ...calm, pictures: { ready: 3, sent: 0 } };
const flood: Line = { ...calm, resentBitrate: 300_000, loss: 0.3 };

/** Takes one look a second. Answers at which seconds pictures were held back, and for how many. */
function holdsOf(looks: readonly Line[]): [number, number][] {
  const restraint = new Restraint();
  return looks.flatMap((line, second): [number, number][] => {
    const ms = restraint.take(line, second * 1_000);
    return ms === 0 ? [] : [[second, ms / 1_000]];
  });
}

test('a line that carries its pictures is left to the engine, whatever it loses by itself', () => {
  expect(holdsOf(Array<Line>(30).fill(calm))).toEqual([]);
  expect(holdsOf(Array<Line>(30).fill({ ...calm, loss: 0.1, resentBitrate: 30_000 }))).toEqual([]);
  expect(holdsOf(Array<Line>(30).fill({ ...calm, loss: 0.5, resentBitrate: 10_000 }))).toEqual([]);
});

test('pictures are held back while what is sent again floods the line', () => {
  expect(holdsOf([calm, calm, flood])).toEqual([[2, 4]]);
});

test('and when the only picture had to be taken away again', () => {
  expect(holdsOf([none, calm, calm, none])).toEqual([[3, 4]]);
});

test('not when nobody sends one any more, nor on a line that takes some', () => {
  expect(holdsOf([calm, { ...none, pictures: { ready: 0, sent: 0 } }])).toEqual([]);
  expect(holdsOf([calm, { ...none, availableBitrate: 800_000 }])).toEqual([]);
});

test('each failed try makes the next pause twice as long, up to a minute or so', () => {
  const tries = Array.from({ length: 300 }, (_, second): Line => (second % 2 === 0 ? calm : none));
  const lengths = holdsOf(tries).map(([, seconds]) => seconds);
  expect(lengths.slice(0, 6)).toEqual([4, 8, 16, 32, 64, 64]);
});

test('one that lasted makes it short again', () => {
  const lasting = [...Array<Line>(30).fill(calm), none];
  expect(holdsOf([calm, none, ...Array<Line>(4).fill(none), ...lasting]).map(([, seconds]) => seconds)).toEqual([4, 4]);
});
