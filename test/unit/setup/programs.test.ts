import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProgram } from '../../../deploy/setup/programs.mjs';
import { folderWith } from './folder.ts';

it.each([
  ['chromium', 'chromium'],
  ['chromium', 'google-chrome'],
  ['firefox-esr', 'firefox'],
])('for %s, %s will do', (browser, program) => {
  const folder = folderWith({ [program]: '' });
  expect(findProgram(browser, `/nowhere:${folder}`)).toBe(join(folder, program));
});

it('finds nothing where nothing is', () => {
  expect(findProgram('chromium', folderWith({ firefox: '' }))).toBeUndefined();
});
