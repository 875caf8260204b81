import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWorker, storeWorker, workerFile, workerFolder } from '../../../deploy/setup/worker-cache.mjs';
import { WORKER, folderWith } from './folder.ts';

const make =
  (content: string) =>
  (file: string): Promise<void> => {
    writeFileSync(file, content);
    return Promise.resolve();
  };

describe('the folder of a worker', () => {
  it('is the same for the same recipe, wherever the recipe is', () => {
    const one = folderWith({ 'build.sh': 'make', 'stand-ins/a': '1' });
    const other = folderWith({ 'build.sh': 'make', 'stand-ins/a': '1' });
    expect(workerFolder('/cache', '3.27.1', one)).toBe(workerFolder('/cache', '3.27.1', other));
  });

  it('is another for another version of mediasoup', () => {
    const recipe = folderWith({ 'build.sh': 'make' });
    expect(workerFolder('/cache', '3.27.1', recipe)).not.toBe(workerFolder('/cache', '3.27.2', recipe));
  });

  it.each([
    ['changed', { 'build.sh': 'make more', 'stand-ins/a': '1' }],
    ['renamed', { 'build.sh': 'make', 'stand-ins/b': '1' }],
    ['added', { 'build.sh': 'make', 'stand-ins/a': '1', 'stand-ins/b': '' }],
    ['removed', { 'build.sh': 'make' }],
  ])('is another when a file of the recipe is %s', (_, files) => {
    const before = folderWith({ 'build.sh': 'make', 'stand-ins/a': '1' });
    expect(workerFolder('/cache', '3.27.1', before)).not.toBe(workerFolder('/cache', '3.27.1', folderWith(files)));
  });
});

describe('a cached worker', () => {
  it('is not there at first', () => {
    expect(readWorker(join(folderWith({}), 'w'))).toEqual({});
  });

  it('is used as it was stored', async () => {
    const folder = join(folderWith({}), 'worker', 'w');
    await storeWorker(folder, make(WORKER));
    expect(readWorker(folder)).toEqual({ file: workerFile(folder) });
  });

  it('is refused and discarded once a byte has changed', async () => {
    const folder = join(folderWith({}), 'w');
    await storeWorker(folder, make(WORKER));
    appendFileSync(workerFile(folder), '\n');
    expect(readWorker(folder)).toEqual({ trouble: 'it has changed since it was stored' });
    expect(readWorker(folder)).toEqual({});
  });

  it('is refused without its checksum', async () => {
    const folder = join(folderWith({}), 'w');
    await storeWorker(folder, make(WORKER));
    rmSync(`${workerFile(folder)}.sha256`);
    expect(readWorker(folder)).toEqual({ trouble: 'it is incomplete' });
  });

  it('is not stored when it does not run', async () => {
    const cache = folderWith({});
    await expect(storeWorker(join(cache, 'w'), make('#!/bin/sh\nexit 1\n'))).rejects.toThrow('does not run');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('is stored once when several are made at the same time', async () => {
    const cache = folderWith({});
    const folder = join(cache, 'w');
    await Promise.all([storeWorker(folder, make(WORKER)), storeWorker(folder, make(`${WORKER}# other\n`))]);
    expect(readWorker(folder)).toEqual({ file: workerFile(folder) });
    expect(readdirSync(cache)).toEqual(['w']);
  });
});
