import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import { openStage } from '../support/browser-call.ts';
import { encodedLayers, rememberConnections, withScript } from '../support/page-scripts.ts';
import { percentile } from '../support/percentile.ts';

/** What is captured, how high a small tile is and a picture on the full screen, in pixels. */
const height = 720;
const small = 90;
const participants = 4;
const tries = 10;
/** For how long it is looked what is sent, in ms, and how long a picture may take at most. */
const sendingMs = 5_000;
const mostMs = 30_000;
/** The sender leaves off only after a while what nobody looks at any more (PROTOCOL section 8, `source.wanted`). */
const leftOffMs = 8_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

await using call = await openStage();
const browser = await call.browser();
const link = await call.link(await call.open(browser));
const tabs = await Promise.all(
  Array.from({ length: participants }, async () => {
    const tab = await call.open(browser);
    await withScript(tab, rememberConnections);
    return tab;
  }),
);
const [viewer, ...others] = tabs;
if (viewer === undefined) throw new Error('nobody is to join');
for (const [index, tab] of tabs.entries())
  await tab.do('join', {
    link,
    routerUrl: call.routerUrl,
    number: index + 1,
    height,
    framesPerSecond: 20,
    shownHeight: small,
  });
const cameras = (streams: readonly HarnessStream[]): readonly HarnessStream[] =>
  streams.filter(({ source, framesDecoded }) => source === 'camera' && framesDecoded > 0);
for (const tab of tabs)
  await tab.until('statistics', [], (streams) => cameras(streams).length === participants - 1, mostMs);

/** Kilobits a second that each participant sends of its picture. */
async function sent(): Promise<number[]> {
  const bytes = async (): Promise<number[]> =>
    Promise.all(tabs.map(async (tab) => (await encodedLayers(tab)).reduce((sum, layer) => sum + layer.bytes, 0)));
  const before = await bytes();
  await wait(sendingMs);
  return (await bytes()).map((now, index) => Math.round(((now - (before[index] ?? 0)) * 8) / sendingMs));
}

await wait(leftOffMs);
process.stdout.write(`  everybody looks at small tiles: kbit/s sent ${(await sent()).join(', ')}\n`);
const took: number[] = [];
for (let number = 0; number < tries; number += 1) {
  const name = String(2 + (number % others.length));
  const isLarge = (streams: readonly HarnessStream[]): boolean =>
    streams.some((stream) => stream.source === 'camera' && stream.name === name && stream.frameHeight === height);
  const fromMs = performance.now();
  await viewer.do('show', height, name);
  await viewer.until('statistics', [], isLarge, mostMs);
  took.push(performance.now() - fromMs);
  if (number === 0)
    process.stdout.write(`  one looks at 2 on the full screen: kbit/s sent ${(await sent()).join(', ')}\n`);
  await viewer.do('show', small, name);
  await wait(leftOffMs);
}
const inSeconds = (share: number): string => (percentile(took, share) / 1_000).toFixed(1);
process.stdout.write(
  `  until the largest layer is on the full screen, ${tries} tries: p50 ${inSeconds(0.5)} p95 ${inSeconds(0.95)} s\n`,
);
