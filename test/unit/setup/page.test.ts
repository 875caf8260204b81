import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildPage, pageIsFresh } from '../../../deploy/setup/page.mjs';
import { folderWith } from './folder.ts';

/** A project whose page has been built. */
async function built(): Promise<string> {
  const sources = ['src/page/main.tsx', 'src/client/index.ts', 'src/shared/a/b.ts', 'package-lock.json'];
  const project = folderWith(Object.fromEntries(sources.map((source) => [source, source])));
  expect(pageIsFresh(project)).toBe(false);
  await buildPage(project, join(project, 'node_modules'), '').work(() => {
    const page = join(project, '.build/page/index.html');
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, '');
    return Promise.resolve();
  });
  return project;
}

it('is fresh once built', async () => {
  expect(pageIsFresh(await built())).toBe(true);
});

it.each(['src/page/main.tsx', 'src/client/index.ts', 'src/shared/a/b.ts', 'package-lock.json'])(
  'is stale once %s has changed',
  async (source) => {
    const project = await built();
    appendFileSync(join(project, source), '.');
    expect(pageIsFresh(project)).toBe(false);
  },
);

it('is stale once it is gone', async () => {
  const project = await built();
  rmSync(join(project, '.build/page'), { recursive: true });
  expect(pageIsFresh(project)).toBe(false);
});
