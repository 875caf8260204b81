import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { videoCodecs, type VideoCodec } from '../../src/client/encryption/messages.ts';
import type { Router } from '../../src/server/compose.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { nearestColour, type HarnessStream } from '../../src/tools/call/harness-api.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { addressForFirefox } from '../support/browser-call.ts';
import { codecReceived, rememberConnections, withScript } from '../support/page-scripts.ts';
import { SteeredMedia } from '../support/steered-media.ts';
import { startTestRouter } from '../support/test-router.ts';

/** Who is in each call, in this order, and the height of what each sends, in pixels. The second soon sends nothing. */
const people = [
  { engine: 'Chromium', height: 720 },
  { engine: 'Chromium', height: 180 },
  { engine: 'Firefox', height: 360 },
] as const;
/** Sender and receiver of each pair that is looked at, by number in the call. */
const pairs = [
  [1, 2],
  [1, 3],
  [3, 1],
] as const;
/** Few, for there are four encoders and decoders on two cores. */
const framesPerSecond = 8;
/** How long anything may take on a busy machine, in ms. */
const patienceMs = 40_000;

/** What is said of each pair in the documents, made by the test. */
const lines: string[] = [];

describe('between browsers', () => {
  const media = new SteeredMedia();
  const stack = new AsyncDisposableStack();
  let router: Router;
  let harness: HarnessServer;
  let chromium: TestBrowser;
  let firefox: TestBrowser;

  beforeAll(async () => {
    router = stack.use(await startTestRouter({ mediaIp: addressForFirefox() }, { wrapMedia: media.wrap }));
    await buildHarness();
    harness = stack.use(await HarnessServer.start());
    chromium = stack.use(await TestBrowser.launch());
    firefox = stack.use(await TestBrowser.launch({ engine: 'firefox', path: '/usr/bin/firefox-esr' }));
  });
  afterAll(async () => stack.disposeAsync());

  async function openTab(engine: (typeof people)[number]['engine']): Promise<ParticipantTab> {
    const tab = await ParticipantTab.open((engine === 'Firefox' ? firefox : chromium).browser, harness.url);
    if (engine === 'Chromium') await withScript(tab, rememberConnections);
    else await tab.page.evaluate(rememberConnections);
    return tab;
  }

  async function startCall(codec: VideoCodec): Promise<readonly ParticipantTab[]> {
    const tabs: ParticipantTab[] = [];
    let link: string | undefined;
    for (const [index, { engine, height }] of people.entries()) {
      const tab = await openTab(engine);
      tabs.push(tab);
      link ??= await tab.do('newLink', { routerUrl: router.address, routerKey: toBase64Url(router.routerKey) });
      const join = { link, routerUrl: router.address, number: index + 1, height, framesPerSecond };
      await tab.do('join', { ...join, videoCodecs: [codec], deviceMicrophone: engine === 'Firefox' });
      if (index === 1) await tab.do('setCamera', false);
    }
    return tabs;
  }

  /** Until `to` has decoded five more pictures of `from` with a height that `fits`. */
  async function sees(to: ParticipantTab, from: number, fits = (_: number) => true): Promise<HarnessStream> {
    const find = (streams: readonly HarnessStream[]): HarnessStream | undefined =>
      streams.find(({ name, source }) => name === String(from) && source === 'camera');
    let known = find(await to.do('statistics'))?.framesDecoded ?? 0;
    const enough = (streams: readonly HarnessStream[]): boolean => {
      const { framesDecoded = 0, frameHeight = 0 } = find(streams) ?? {};
      if (!fits(frameHeight)) known = framesDecoded;
      return framesDecoded >= known + 5;
    };
    return find(await to.until('statistics', [], enough, patienceMs)) ?? expect.unreachable();
  }

  test.each(videoCodecs)('%s is decoded both ways, and its layers can be chosen', async (codec) => {
    const known = media.videos.length;
    const tabs = await startCall(codec);
    const tab = (number: number): ParticipantTab => tabs[number - 1] ?? expect.unreachable();
    for (const [from, to] of pairs) {
      let stream = await sees(tab(to), from);
      const colour = await tab(to).until('colourOf', [String(from)], (seen) => seen !== undefined);
      expect(nearestColour(colour ?? [0, 0, 0], people.length)).toBe(from);
      expect(await codecReceived(tab(to))).toEqual([`video/${codec.toUpperCase()}`]);

      const consumers = media.videos[known + from - 1]?.consumers ?? [];
      const [{ layers } = expect.unreachable()] = consumers;
      const choose = async (spatial: number): Promise<void> => {
        for (const consumer of consumers) await consumer.prefer({ spatial, temporal: layers.temporal - 1 });
      };
      if (layers.spatial > 1) {
        await choose(0);
        await sees(tab(to), from, (height) => height === 180);
        await choose(layers.spatial - 1);
        stream = await sees(tab(to), from, (height) => height > 180); // how far up, its bandwidth decides
      }
      expect(stream.undecryptable).toBe(0);
      lines.push(line(from, to, codec, layers.spatial));
    }
    await Promise.all(tabs.map((one) => one.do('leave')));
    await Promise.all(tabs.map((one) => one.page.close()));
  });

  test('the table of what was decoded is the one in the documents', async () => {
    const document = await readFile(new URL('../../src/client/encryption/ENCRYPTION.md', import.meta.url), 'utf8');
    expect(document).toContain(
      ['| from | to | codec | decoded | sizes to choose from |', '| --- | --- | --- | --- | --- |', ...lines].join(
        '\n',
      ),
    );
  });
});

function line(from: number, to: number, codec: VideoCodec, sizes: number): string {
  const [sender, receiver] = [people[from - 1]?.engine, people[to - 1]?.engine];
  return `| ${sender ?? ''} | ${receiver ?? ''} | ${codec.toUpperCase()} | yes | ${sizes} |`;
}
