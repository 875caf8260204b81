// A call of 40 on one router: 3 browsers, and 37 participants without one that shake hands as all do and send recorded frames,
// sealed by the encryption worker's code, over ICE, DTLS and SRTP. What a join and a leave take: `sotto bench join`, `rekey`.
import { setTimeout as wait } from 'node:timers/promises';
import { Crowd } from '../../src/tools/bench/crowd/crowd.ts';
import { record } from '../../src/tools/bench/crowd/record.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { OwnRouter } from '../../src/tools/call/own-router.ts';
import { routersAt } from '../../src/tools/call/routers.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';

const [tabCount, memberCount] = [3, 37];
const others = tabCount + memberCount - 1;
/** Cameras that the SDK receives at most. */
const receivedCameras = 9;
/** For how long it is looked on, in ms, and how long it may take until all is decoded. */
const calmMs = 10_000;
const givenUpMs = 75_000;

await buildHarness();
await using harness = await HarnessServer.start();
await using router = await OwnRouter.start();
await using launched = await TestBrowser.launch();
const tabs: ParticipantTab[] = [];
for (let number = 0; number < tabCount; number += 1)
  tabs.push(await ParticipantTab.open(launched.browser, harness.url));
const [first] = tabs;
if (first === undefined) throw new Error('no tab');
const recording = await record(first);
await using crowd = await Crowd.at(router.url, '127.40');
const { routerUrl } = await routersAt([router.url]);
for (const [index, tab] of tabs.entries())
  await tab.do('join', { link: crowd.link, routerUrl, number: index + 1, height: 90, framesPerSecond: 10 });

const startMs = performance.now();
await crowd.grow(memberCount);
await Promise.all(crowd.members.map((member) => member.holdsKeysOf(others, startMs)));
const keysMs = performance.now() - startMs;
const speaking = performance.now();
await crowd.speak(recording);

const sounds = (streams: readonly HarnessStream[]): number =>
  streams.filter(({ source, totalAudioEnergy }) => source === 'microphone' && totalAudioEnergy > 0.001).length;
const cameras = (streams: readonly HarnessStream[]): number =>
  streams.filter(({ source, framesDecoded }) => source === 'camera' && framesDecoded > 3).length;
const decodesAll = (streams: readonly HarnessStream[]): boolean =>
  sounds(streams) >= others && cameras(streams) >= receivedCameras;
await Promise.all(tabs.map((tab) => tab.until('statistics', [], decodesAll, givenUpMs)));
const decodeMs = performance.now() - speaking;

const undecryptable = async (): Promise<number> =>
  (await Promise.all(tabs.map((tab) => tab.do('statistics')))).flat().reduce((sum, one) => sum + one.undecryptable, 0);
const before = await undecryptable();
await wait(calmMs);
const after = await undecryptable();
process.stdout.write(
  `  ${memberCount} come at once to ${tabCount} browsers: everybody is in and holds the keys of ${others} after ${Math.round(keysMs)} ms\n` +
    `  each browser decodes ${others} sounds and ${receivedCameras} cameras ${Math.round(decodeMs)} ms after all speak; ` +
    `${after - before} frames do not open in the next ${calmMs / 1_000} s\n`,
);
