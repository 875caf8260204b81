import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kinds } from '../../forget/needles.ts';

const contract = readFileSync(new URL('../../../deploy/PRIVACY.md', import.meta.url), 'utf8');

test('every test that the privacy contract names is there', () => {
  const named = [...contract.matchAll(/`((?:unit|integration|e2e)\/[\w/-]+)`/g)].map(([, name = '']) => name);
  const missing = named.filter((name) => {
    const path = new URL(`../../${name}`, import.meta.url).pathname;
    return !existsSync(path) && !existsSync(`${path}.test.ts`);
  });
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

test('the privacy contract knows how many kinds of traces are searched for', () => {
  expect(contract).toContain(`for ${kinds.length} kinds of traces`);
});
