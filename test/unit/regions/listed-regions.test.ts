import { ed25519 } from '@noble/curves/ed25519.js';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ListedRegions } from '../../../src/server/regions/regions.ts';
import { signRegionList } from '../../../src/shared/regions/region-list.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const secretKey = new Uint8Array(32).fill(3);
const key = toBase64Url(new Uint8Array(ed25519.getPublicKey(secretKey)));
const clock = new FakeClock();
const listOf = (...regions: string[]): string =>
  signRegionList(
    {
      expires: Math.floor(clock.calendarMs() / 1_000) + 86_400,
      routers: regions.map((region, index) => ({
        region,
        url: `https://${region}.example`,
        routerKey: toBase64Url(new Uint8Array(32).fill(index)),
      })),
    },
    secretKey,
  );

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-list-'));
  file = join(directory, 'regions.json');
});
afterEach(() => rm(directory, { recursive: true }));

test('a list is read again when its file changes, and stays when the new file is no good', async () => {
  let heard = Promise.withResolvers<number | 'kept'>();
  const watcher = {
    renewed: (routers: number) => {
      heard.resolve(routers);
    },
    kept: () => {
      heard.resolve('kept');
    },
  };
  /** Puts a file in the place of the one before, and hears what the router makes of it. */
  const change = async (text: string): Promise<number | 'kept'> => {
    heard = Promise.withResolvers();
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
    clock.advance(60_000);
    return heard.promise;
  };
  await writeFile(file, listOf('rome'));
  using regions = await ListedRegions.open({ file, key }, clock, watcher);
  expect(regions.origins).toEqual(['https://rome.example']);
  expect(await change(listOf('rome', 'paris'))).toBe(2);
  expect(regions.origins).toEqual(['https://rome.example', 'https://paris.example']);
  await expect.poll(() => clock.waiting).toBe(1);
  expect(await change(listOf('oslo').replace('oslo', 'bonn'))).toBe('kept');
  expect(regions.origins).toEqual(['https://rome.example', 'https://paris.example']);
});

test('a file that is missing, or of another key, is refused in words', async () => {
  const watcher = { renewed: () => undefined, kept: () => undefined };
  const words = /regions_file: the file cannot be read, or is no list .* sotto regions verify/;
  await expect(ListedRegions.open({ file, key }, clock, watcher)).rejects.toThrow(words);
  await writeFile(file, listOf('rome'));
  const other = toBase64Url(new Uint8Array(ed25519.getPublicKey(new Uint8Array(32))));
  await expect(ListedRegions.open({ file, key: other }, clock, watcher)).rejects.toThrow(words);
});
