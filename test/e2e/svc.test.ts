import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Layers } from '../../src/client/media/svc.ts';
import type { VideoAbilities } from '../../src/client/media/video-codecs.ts';
import { bundledPage } from '../support/bundled-page.ts';
import type { Sent } from './in-browser/svc.ts';

/** What in-browser/svc.ts offers. */
interface Bundled {
  videoAbilities(named: readonly string[]): Promise<VideoAbilities>;
  sendInLayers(codec: string, choices: readonly (Layers | null)[]): Promise<Sent[]>;
}

const entry = join(import.meta.dirname, 'in-browser/svc.ts');

test('layers that nobody wants are not encoded, cost no bits, and come back with one key frame', async () => {
  await using stack = new AsyncDisposableStack();
  const page = await bundledPage(stack, entry);
  const all = { spatial: 2, temporal: 2 };
  const smallest = { spatial: 0, temporal: 2 };
  const sent = await page.evaluate(
    (choices) => (globalThis as unknown as Bundled).sendInLayers('VP9', choices),
    [all, smallest, all, { spatial: 0, temporal: 0 }, null, all],
  );
  const [full, small, large, slow, none, again] = sent;
  expect(sent.map(({ height }) => height)).toEqual([720, 180, 720, 180, 180, 720]);
  expect(small?.bitsPerSecond).toBeLessThan((full?.bitsPerSecond ?? 0) / 3);
  expect(slow?.framesPerSecond).toBeLessThan((small?.framesPerSecond ?? 0) * 0.75);
  expect(none).toMatchObject({ bitsPerSecond: 0, framesPerSecond: 0 });
  expect(again?.bitsPerSecond).toBeGreaterThan((small?.bitsPerSecond ?? 0) * 3);
  expect(small?.keyFrames).toBe(1);
  expect(large?.keyFrames).toBe(1); // with all layers at once, not one by one
  expect(again?.keyFrames).toBeLessThanOrEqual(2);
});

test.each([
  ['Chromium', {}, ['vp9'], ['vp9', 'vp8', 'av1']],
  ['Firefox', { engine: 'firefox', path: '/usr/bin/firefox-esr' }, [], ['vp8', 'av1', 'vp9']],
] as const)('%s says which codecs it sends in layers, and prefers those', async (_, options, layered, sends) => {
  await using stack = new AsyncDisposableStack();
  const page = await bundledPage(stack, entry, options);
  const abilities = await page.evaluate(() => (globalThis as unknown as Bundled).videoAbilities(['vp8', 'vp9', 'av1']));
  expect(abilities).toEqual({ decodes: ['vp8', 'vp9', 'av1'], sends, layered });
});
