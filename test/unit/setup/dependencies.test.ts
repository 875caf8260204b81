import { expect, it } from 'vitest';
import { dependenciesMatch } from '../../../deploy/setup/dependencies.mjs';
import { folderWith } from './folder.ts';

const LOCKED = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
};

const project = (installed?: object): string =>
  folderWith({
    'package-lock.json': JSON.stringify({ packages: LOCKED }),
    ...(installed && { 'node_modules/.package-lock.json': JSON.stringify({ packages: installed }) }),
  });

it.each<[string, boolean, object | undefined]>([
  ['nothing is installed', false, undefined],
  ['all is', true, LOCKED],
  ['an optional one is not', true, { 'node_modules/a': LOCKED['node_modules/a'] }],
  ['a wanted one is not', false, { 'node_modules/b': LOCKED['node_modules/b'] }],
  ['one has another version', false, { ...LOCKED, 'node_modules/b': { version: '2.0.1', integrity: 'sha512-b' } }],
  ['one has other content', false, { ...LOCKED, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
])('when %s, the installed packages match: %s', (_, matches, installed) => {
  expect(dependenciesMatch(project(installed))).toBe(matches);
});
