import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { openStage } from '../support/browser-call.ts';
import { encodedLayers, rememberConnections, withScript } from '../support/page-scripts.ts';

/** How high a small tile and a picture on the full screen are, in pixels. */
const small = 90;
const full = 720;
/** Of what is sent, in pixels: two layers, of 180 and 360 lines. */
const height = 360;
/** How long the engines' estimates of a line may take on a machine that has better things to do, in ms. */
const estimateMs = 60_000;
/** Between two looks at a page, in ms: it has to get on meanwhile. */
const lookMs = 100;

/** Until every one of `tabs` has exactly these layers to encode, the smallest first. */
async function encode(tabs: readonly ParticipantTab[], ...wanted: readonly [boolean, boolean]): Promise<void> {
  for (const tab of tabs) {
    const untilMs = performance.now() + 30_000;
    for (;;) {
      const active = (await encodedLayers(tab)).map((layer) => layer.active);
      if (JSON.stringify(active) === JSON.stringify(wanted)) break;
      if (performance.now() > untilMs) throw new Error(`encodes ${active.join(', ')}`);
      await wait(lookMs);
    }
  }
}

/** Frames and bytes of each layer that are sent in 3 s. */
async function sent(tab: ParticipantTab): Promise<{ readonly frames: number; readonly bytes: number }[]> {
  const before = await encodedLayers(tab);
  await wait(3_000);
  return (await encodedLayers(tab)).map(({ frames, bytes }, index) => ({
    frames: frames - (before[index]?.frames ?? 0),
    bytes: bytes - (before[index]?.bytes ?? 0),
  }));
}

const nothing = { frames: 0, bytes: 0 };

test(
  'only what somebody looks at is encoded, and more at once when somebody looks closer',
  { timeout: 240_000 },
  async () => {
    await using call = await openStage();
    const { routerUrl } = call;
    const browser = await call.browser();
    const open = async () => {
      const tab = await call.open(browser);
      await withScript(tab, rememberConnections);
      return tab;
    };
    const [viewer, seen, other, last] = [await open(), await open(), await open(), await open()];
    const all = [viewer, seen, other, last];
    const link = await call.link(viewer);
    const picture = { height, framesPerSecond: 15, shownHeight: small, videoCodecs: ['vp8'] as const }; // a stream for each size
    for (const [index, tab] of all.entries()) await tab.do('join', { link, routerUrl, number: index + 1, ...picture });
    const seesAll = (streams: readonly HarnessStream[]): boolean =>
      streams.filter(({ source, framesDecoded }) => source === 'camera' && framesDecoded > 0).length === 3;
    for (const tab of all) await tab.until('statistics', [], seesAll, estimateMs);

    await encode(all, true, false);
    for (const tab of all) {
      const [low, high] = await sent(tab);
      expect(low?.frames).toBeGreaterThan(10);
      expect(high).toEqual(nothing);
    }

    const fromMs = performance.now();
    await viewer.do('show', full, '2');
    await encode([seen], true, true);
    expect(performance.now() - fromMs).toBeLessThan(2_000);
    const isLarge = (streams: readonly HarnessStream[]): boolean =>
      streams.some(({ name, frameHeight }) => name === '2' && frameHeight === height);
    await viewer.until('statistics', [], isLarge, estimateMs);
    await encode([viewer, other, last], true, false);

    for (const tab of all) await tab.do('show', 0);
    await encode(all, false, false);
    expect(await sent(seen)).toEqual([nothing, nothing]);
    const notShown = expect.objectContaining({ camera: 'not-shown', microphone: 'on' }) as object;
    expect(await viewer.do('people')).toEqual([notShown, notShown, notShown]);

    await viewer.do('show', small);
    await encode([seen, other, last], true, false);
    await viewer.until('people', [], (people) => people.every(({ camera }) => camera === 'on'), estimateMs);
  },
);
