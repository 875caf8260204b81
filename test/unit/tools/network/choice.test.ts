import { expect, test } from 'vitest';
import { readNetworks } from '../../../../src/tools/call/network/choice.ts';
import { cutsOf } from '../../../../src/tools/call/network/profile.ts';
import { networksInWords, profiles } from '../../../../src/tools/call/network/profiles.ts';

test.each([
  ['lossy-5', { 1: 'lossy-5', 2: 'lossy-5', 3: 'lossy-5' }],
  ['2=300k,3=train', { 2: '300k', 3: 'train' }],
  ['3=train, wifi', { 1: 'wifi', 2: 'wifi', 3: 'train' }],
])('%s', (text, wanted) => {
  expect(Object.fromEntries(readNetworks(text, 3))).toEqual(wanted);
});

test.each([
  ['wify', /there is no network wify\. Choose one of good, wifi, .*--list-networks/],
  ['2=', /there is no network without a name/],
  ['4=wifi', /4 is none of the participants 1 to 3\. Write 2=NAME/],
  ['x=wifi', /x is none of the participants/],
  ['1=wifi=3g', /there is no network wifi/],
  ['constructor', /there is no network constructor/],
])('%s is refused with what to write instead', (text, words) => {
  expect(() => readNetworks(text, 3)).toThrow(words);
});

test('every network is described', () => {
  for (const name of Object.keys(profiles)) expect(networksInWords()).toMatch(new RegExp(`^${name} +\\S.{20}`, 'm'));
});

test('the cuts of a network, once or again and again', () => {
  expect(cutsOf(profiles['cut-5s'], 30)).toEqual([{ fromMs: 5_000, toMs: 10_000 }]);
  expect(cutsOf(profiles['cut-5s'], 5)).toEqual([]);
  expect(cutsOf(profiles.train, 60).map(({ fromMs }) => fromMs)).toEqual([7_000, 22_000, 37_000, 40_000, 52_000]);
});
