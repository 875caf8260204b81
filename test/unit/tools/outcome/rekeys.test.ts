import { expect, test } from 'vitest';
import { rekeysOf } from '../../../../src/tools/call/outcome/rekeys.ts';
import type { Happening, KeyInUse } from '../../../../src/tools/call/observed.ts';

function happening(who: number, does: Happening['does'], atMs: number): Happening {
  return { who, does, what: '', atMs };
}

function key(from: number, to: number, chain: number, step: number, atMs: number): KeyInUse {
  return { from, to, chain, step, atMs };
}

function inWords(happenings: readonly Happening[], keys: readonly KeyInUse[]): string[] {
  return rekeysOf(happenings, keys).map(
    ({ why, who, from, to, afterMs }) => `${why} of ${who}: ${to} ← ${from} ${afterMs ?? 'never'}`,
  );
}

const two = [happening(1, 'join', -900), happening(2, 'join', -400)];
const theirs = [key(1, 2, 1, 0, -100), key(2, 1, 1, 0, -50)];

test('who joins has the first key of the others, and they have its own', () => {
  expect(inWords(two, theirs)).toEqual(['join of 2: 1 ← 2 350', 'join of 2: 2 ← 1 300']);
});

test('a join asks the others for a step, and pairs that had no key yet for nothing', () => {
  const stepped = [key(1, 2, 1, 1, 1_200), key(1, 3, 1, 1, 1_300), key(3, 1, 1, 0, 1_400), key(2, 3, 1, 0, 1_500)];
  expect(inWords([...two, happening(3, 'join', 1_000)], [...theirs, ...stepped]).slice(2)).toEqual([
    'join of 3: 1 ← 2 never',
    'join of 3: 1 ← 3 400',
    'join of 3: 2 ← 1 200',
    'join of 3: 2 ← 3 never',
    'join of 3: 3 ← 1 300',
    'join of 3: 3 ← 2 500',
  ]);
  const early = [...two, happening(3, 'join', -300)];
  expect(inWords(early, theirs).filter((words) => words.startsWith('join of 3') && !words.includes('3 '))).toEqual([]);
});

test('a leave asks for a new chain: a step of the old one is not enough', () => {
  const three = [...two, happening(3, 'join', 0), happening(2, 'mute', 500), happening(3, 'leave', 1_000)];
  const keys = [...theirs, key(1, 2, 1, 4, 1_100), key(1, 2, 2, 0, 3_000), key(2, 1, 1, 3, 1_200)];
  expect(inWords(three, keys).slice(-2)).toEqual(['leave of 3: 1 ← 2 never', 'leave of 3: 2 ← 1 2000']);
});

test('a key of after one of the two has left counts for nothing', () => {
  const keys = [...theirs, key(1, 2, 1, 1, 5_000)];
  const happenings = [...two, happening(3, 'join', 0), happening(1, 'leave', 2_000), happening(1, 'join', 4_000)];
  expect(inWords(happenings, keys)).toContain('join of 3: 2 ← 1 never');
});
