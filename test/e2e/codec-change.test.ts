import { expect, test } from 'vitest';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { MediaBench } from '../support/media-bench.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';
import { codecReceived, rememberConnections } from '../support/page-scripts.ts';

/** The longest that a picture may stand still while its codec changes, in ms. Measured, on two busy cores: 280 to 1,240. */
const stillMs = 5_000;

/** Begins to measure how long the page's first video stands still. */
async function watchPicture(tab: ParticipantTab): Promise<void> {
  await tab.page.evaluate(() => {
    const video = document.querySelector('video');
    let lastMs = performance.now();
    const watched = { worstMs: 0 };
    const look = (): void => {
      video?.requestVideoFrameCallback(() => {
        const nowMs = performance.now();
        watched.worstMs = Math.max(watched.worstMs, nowMs - lastMs);
        lastMs = nowMs;
        look();
      });
    };
    look();
    Object.assign(globalThis, { watched });
  });
}

/** The longest time without a new picture since the last time that this was asked, in ms. */
async function stoodStill(tab: ParticipantTab): Promise<number> {
  return tab.page.evaluate(() => {
    const { watched } = globalThis as unknown as { watched: { worstMs: number } };
    const { worstMs } = watched;
    watched.worstMs = 0;
    return worstMs;
  });
}

/** Until `tab` decodes the camera of participant 1 in this codec; answers how many of its frames did not open. */
async function decodes(tab: ParticipantTab, codec: string): Promise<number> {
  for (;;) {
    const streams = await tab.until('statistics', [], (all) =>
      all.some(({ name, source, framesDecoded }) => name === '1' && source === 'camera' && framesDecoded > 10),
    );
    const [received, ...others] = await codecReceived(tab);
    if (received !== codec || others.length > 0) continue;
    return streams.reduce((sum, { undecryptable }) => sum + undecryptable, 0);
  }
}

// ENCRYPTION "Which codec". That no (key, nonce) pair comes twice is looked at by the bench.
test('who can show less brings everybody down at once, and is forgotten 3 s after it has left', async () => {
  await using bench = await MediaBench.start();
  const videoCodecs = ['vp8', 'vp9'] as const;
  await bench.join(undefined, { videoCodecs });
  const receiver = await bench.join(await bench.openTab(rememberConnections), { videoCodecs });
  await receiver.do('setCamera', false);
  expect(await decodes(receiver, 'video/VP9')).toBe(0);
  await watchPicture(receiver);

  const newcomer = await NodeParticipant.join(bench.router, { link: bench.link, name: 'old', decodes: ['vp8'] });
  expect(await decodes(receiver, 'video/VP8')).toBe(0);
  expect(await stoodStill(receiver)).toBeLessThan(stillMs);

  const leftMs = performance.now();
  await newcomer.leave();
  newcomer[Symbol.dispose]();
  expect(await decodes(receiver, 'video/VP9')).toBe(0);
  expect(performance.now() - leftMs).toBeGreaterThan(3_000);
  expect(await stoodStill(receiver)).toBeLessThan(stillMs);
});
