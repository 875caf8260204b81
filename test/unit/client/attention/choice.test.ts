import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, type Choice } from '../../../../src/client/call/attention/choice.ts';

const none: Choice = new Map();
const names = (choice: Choice) => [...choice.keys()].toSorted();

test('as many as there is room for, the best first', () => {
  expect(names(choose(none, ['a', 'b', 'c'], 2, 0))).toEqual(['a', 'b']);
  expect(names(choose(none, ['a', 'b', 'c'], 9, 0))).toEqual(['a', 'b', 'c']);
});

test('who was chosen stays while the order changes among them, and while those who are better are chosen, too', () => {
  const first = choose(none, ['a', 'b', 'c'], 2, 0);
  expect(choose(first, ['b', 'a', 'c'], 2, 9_000)).toEqual(first);
});

test('a better one takes the place of the worst, when that has been there for 3 s', () => {
  const first = choose(none, ['a', 'b', 'c'], 2, 0);
  expect(names(choose(first, ['c', 'a', 'b'], 2, 2_999))).toEqual(['a', 'b']);
  const second = choose(first, ['c', 'a', 'b'], 2, 3_000);
  expect(names(second)).toEqual(['a', 'c']);
  // and c, who came last, stays for 3 s
  expect(names(choose(second, ['b', 'a', 'c'], 2, 5_999))).toEqual(['a', 'c']);
  expect(names(choose(second, ['b', 'a', 'c'], 2, 6_000))).toEqual(['a', 'b']);
});

test('who is not there any more makes place at once', () => {
  const first = choose(none, ['a', 'b', 'c'], 2, 0);
  expect(names(choose(first, ['b', 'c'], 2, 1))).toEqual(['b', 'c']);
});

test('never more than there is room for, and never fewer than there could be', () => {
  const order = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f']);
  fc.assert(
    fc.property(fc.array(fc.tuple(order, fc.integer({ min: 0, max: 4_000 })), { maxLength: 20 }), (steps) => {
      let choice = none;
      let nowMs = 0;
      for (const [ranked, waitMs] of steps) {
        nowMs += waitMs;
        choice = choose(choice, ranked, 3, nowMs);
        expect(choice.size).toBe(Math.min(3, ranked.length));
        for (const id of choice.keys()) expect(ranked).toContain(id);
      }
    }),
  );
});
