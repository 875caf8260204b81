import { expect, test } from 'vitest';
import { askedWords, foundWords, refusedWords, routerName, roundTripWords } from '../../../src/page/words/regions.ts';

const paris = { region: 'paris', url: 'https://paris.example', routerKey: '' };
const twins = ['a', 'b'].map((name) => ({ region: 'rome', url: `https://${name}.example:7880`, routerKey: name }));

test('a router is named by its region, and where that has several by its own name, too', () => {
  const all = [paris, ...twins];
  expect(all.map((one) => routerName(one, all))).toEqual(['paris', 'rome (a.example:7880)', 'rome (b.example:7880)']);
});

test('what was found is said after the name, and nothing of a router that was not asked', () => {
  expect(foundWords(undefined)).toBe('');
  expect(foundWords({ ...paris, standing: 'ready', roundTripMs: 12.4 })).toBe(', 12 ms');
  expect(foundWords({ ...paris, standing: 'draining', roundTripMs: 1 })).toBe(', about to stop');
  expect(foundWords({ ...paris, standing: 'busy', roundTripMs: 1 })).toBe(', full');
  expect(foundWords({ ...paris, standing: 'wrong-key' })).toBe(', refused');
  expect(foundWords({ ...paris, standing: 'unreachable' })).toBe(', does not answer');
  expect(roundTripWords(0.4)).toBe('under 1 ms');
});

test('who is refused, and who is asked, is said in sentences', () => {
  expect(refusedWords(['paris'])).toMatch(/^paris is refused: it has another key/);
  expect(refusedWords(['paris', 'rome'])).toMatch(/^paris and rome are refused: they have/);
  expect(askedWords(3, false)).toContain('all 3 routers');
  expect(askedWords(3, true)).toContain('no other router');
});
