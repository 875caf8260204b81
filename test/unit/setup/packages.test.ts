import { expect, it } from 'vitest';
import { SetUpError } from '../../../deploy/setup/errors.mjs';
import { packagesToInstall } from '../../../deploy/setup/packages.mjs';

const system = (root: boolean, ...installed: string[]): { root: boolean; installed: () => Set<string> } => ({
  root,
  installed: () => new Set(installed),
});

it('gives root the missing packages', () => {
  expect(packagesToInstall(['g++', 'patch', 'chromium'], system(true, 'patch'))).toEqual(['g++', 'chromium']);
});

it('gives an ordinary user the one line to run', () => {
  const attempt = (): string[] => packagesToInstall(['g++', 'patch', 'chromium'], system(false, 'patch'));
  expect(attempt).toThrow(SetUpError);
  expect(attempt).toThrow(/^ {2}sudo apt-get install --no-install-recommends g\+\+ chromium$/m);
});

it('lets an ordinary user pass when nothing is missing', () => {
  expect(packagesToInstall(['g++'], system(false, 'g++'))).toEqual([]);
});

it('names what is needed where there is no apt-get', () => {
  const attempt = (): string[] => packagesToInstall(['g++', 'patch'], { root: true, installed: () => undefined });
  expect(attempt).toThrow(/g\+\+ patch/);
});

it('does not ask the system when nothing is wanted', () => {
  expect(packagesToInstall([], { root: false, installed: () => undefined })).toEqual([]);
});
