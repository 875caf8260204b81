import { expect, test } from 'vitest';
import { addressForFirefox, openStage, picture, seesAndHears } from '../support/browser-call.ts';
import { LyingMedia } from '../support/lying-media.ts';

/** By how many bytes a frame's header can grow while its counter does, in one short test. */
const headerGrowth = 2;

test.each([
  ['Chromium', 'chrome'],
  ['Firefox', 'firefox'],
] as const)(
  'what %s says, and whether it says anything, does not show to the router in the sizes of its sound',
  async (_, engine) => {
    const media = new LyingMedia();
    await using call = await openStage(addressForFirefox(), { wrapMedia: media.wrap });
    const isFirefox = engine === 'firefox';
    const speaker = await call.open(await call.browser(isFirefox ? { engine, path: '/usr/bin/firefox-esr' } : {}));
    const listener = await call.open(await call.browser());
    const link = await call.link(speaker);
    const join = { link, routerUrl: call.routerUrl, ...picture };
    await speaker.do('join', { ...join, number: 1, deviceMicrophone: isFirefox });
    const tap = await media.tap('audio');
    await listener.do('join', { ...join, number: 2 });
    await seesAndHears(listener, '1');
    await tap.nextFrames(50); // the first syllables settle the size

    const sizes: number[] = [];
    for (const speaking of [false, true, false, true]) {
      await speaker.do('setMicrophone', speaking);
      const frames = await tap.nextFrames(40);
      sizes.push(...frames.map(({ frame }) => frame.length));
    }
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(headerGrowth);
  },
);
