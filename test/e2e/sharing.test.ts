import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'puppeteer-core';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import { openStage, picture, seesAndHears, type Stage } from '../support/browser-call.ts';

/** The tab that is shared. */
const title = 'Quarterly figures';

const resources = new AsyncDisposableStack();
let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  stage = resources.use(await openStage());
  browser = await stage.browser({ sharedTab: title });
});
afterAll(() => resources.disposeAsync());

/** A tab that moves and hums. */
async function openShown(): Promise<Page> {
  const page = await browser.newPage();
  await page.setContent(`<title>${title}</title><canvas width="640" height="360"></canvas>`);
  await page.evaluate(() => {
    const context = document.querySelector('canvas')?.getContext('2d');
    let frame = 0;
    setInterval(() => {
      if (!context) return;
      frame += 1;
      context.fillStyle = `hsl(${frame * 5} 70% 50%)`;
      context.fillRect(0, 0, 640, 360);
    }, 66);
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: 330 });
    tone.connect(new GainNode(audio, { gain: 0.05 })).connect(audio.destination);
    tone.start();
  });
  return page;
}

test("a tab is shared with its sound, twice, and neither its sharer's nor the browser's way of ending it disturbs camera and microphone", async () => {
  const shown = await openShown();
  await using sharer = await stage.open(browser);
  const link = await stage.link(sharer);
  await sharer.do('join', { link, routerUrl: stage.routerUrl, number: 1, ...picture });
  await using viewer = await stage.open(browser);
  await viewer.do('join', { link, routerUrl: stage.routerUrl, number: 2, ...picture });
  await seesAndHears(viewer, '1');

  const received = (streams: readonly HarnessStream[], source: string) => streams.find((one) => one.source === source);
  for (const end of ['by the page', 'by the browser'] as const) {
    await sharer.do('captureScreen', true);
    await viewer.until(
      'statistics',
      [],
      (streams) =>
        (received(streams, 'screen')?.framesDecoded ?? 0) > 10 &&
        (received(streams, 'screen-audio')?.totalAudioEnergy ?? 0) > 0.001,
    );
    await viewer.until('people', [], ([person]) => person?.screen === 'on');
    const before = await viewer.do('statistics');

    if (end === 'by the page') await sharer.do('captureScreen', false);
    else await shown.close();
    await viewer.until('people', [], ([person]) => person?.screen === 'off');

    const after = await viewer.until('statistics', [], (streams) => {
      const frames = (now: readonly HarnessStream[]) => received(now, 'camera')?.framesDecoded ?? 0;
      const energy = (now: readonly HarnessStream[]) => received(now, 'microphone')?.totalAudioEnergy ?? 0;
      return frames(streams) >= frames(before) + 30 && energy(streams) > energy(before) + 0.001;
    });
    expect(after.map(({ source, undecryptable }) => [source, undecryptable]).sort()).toEqual([
      ['camera', 0],
      ['microphone', 0],
    ]);
  }
  expect([...sharer.complaints, ...viewer.complaints]).toEqual([]);
});
