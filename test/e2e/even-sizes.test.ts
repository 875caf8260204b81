import { expect, test } from 'vitest';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { addressForFirefox, openStage, picture, seesAndHears } from '../support/browser-call.ts';

/** Runs in the encryption worker, before its own code: counts the sizes of the audio frames that are written. */
const counting = (moduleUrl: string): string => `
  const sizes = [];
  const { get, set } = Object.getOwnPropertyDescriptor(RTCEncodedAudioFrame.prototype, 'data');
  Object.defineProperty(RTCEncodedAudioFrame.prototype, 'data', {
    get,
    set(value) {
      // Only sealed frames are longer afterwards; opened ones are shorter.
      if (value.byteLength > get.call(this).byteLength) sizes.push(value.byteLength);
      set.call(this, value);
    },
  });
  const channel = new BroadcastChannel('sizes');
  channel.onmessage = ({ data }) => {
    if (data === 'ask') channel.postMessage(sizes.splice(0));
  };
  const early = [];
  self.onmessage = (event) => early.push(['onmessage', event]);
  self.onrtctransform = (event) => early.push(['onrtctransform', event]);
  import(${JSON.stringify(moduleUrl)}).then(() => {
    for (const [handler, event] of early) self[handler](event);
  });
`;

async function countSizes(tab: ParticipantTab): Promise<void> {
  await tab.page.evaluate((code: string) => {
    const { Worker: PlainWorker } = globalThis;
    globalThis.Worker = class extends PlainWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const own = code.replace('"MODULE"', JSON.stringify(new URL(url, location.href).href));
        super(URL.createObjectURL(new Blob([own], { type: 'text/javascript' })), options);
      }
    };
  }, counting('MODULE'));
}

/** Sizes of the microphone's sealed frames since the last time, at least so many of them. */
async function sizesOf(tab: ParticipantTab, atLeast: number): Promise<number[]> {
  const sizes: number[] = [];
  while (sizes.length < atLeast)
    sizes.push(
      ...(await tab.page.evaluate(() => {
        const channel = new BroadcastChannel('sizes');
        const { promise, resolve } = Promise.withResolvers<number[]>();
        channel.onmessage = ({ data }: MessageEvent<number[] | 'ask'>) => {
          if (data !== 'ask') resolve(data);
        };
        channel.postMessage('ask');
        return promise;
      })),
    );
  return sizes;
}

/** By how many bytes a frame's header can grow while its counter does, in one short test. */
const headerGrowth = 2;

test.each([
  ['Chromium', 'chrome'],
  ['Firefox', 'firefox'],
] as const)(
  'what %s says, and whether it says anything, does not show in the sizes of its sound',
  async (_, engine) => {
    await using call = await openStage(addressForFirefox());
    const isFirefox = engine === 'firefox';
    const speaker = await call.open(await call.browser(isFirefox ? { engine, path: '/usr/bin/firefox-esr' } : {}));
    const listener = await call.open(await call.browser());
    await countSizes(speaker);
    const link = await call.link(speaker);
    const join = { link, routerUrl: call.routerUrl, ...picture };
    await speaker.do('join', { ...join, number: 1, deviceMicrophone: isFirefox });
    await listener.do('join', { ...join, number: 2 });
    await seesAndHears(listener, '1');
    await sizesOf(speaker, 50); // the first syllables settle the size

    const sizes: number[] = [];
    for (const speaking of [false, true, false, true]) {
      await speaker.do('setMicrophone', speaking);
      sizes.push(...(await sizesOf(speaker, 40)));
    }
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(headerGrowth);
  },
);
