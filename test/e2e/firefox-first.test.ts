import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { addressForFirefox, openStage, picture, seesAndHears } from '../support/browser-call.ts';
import { delayWorkers, withScript } from '../support/page-scripts.ts';

/** How long the first one is alone, in ms: in this time its worker drops what microphone and camera give, and must live on. */
const aloneMs = 3_000;

test('Firefox with a slow worker, alone with its microphone on for a while, and whoever comes see and hear each other', async () => {
  await using call = await openStage(addressForFirefox());
  const firefox = await call.open(await call.browser({ engine: 'firefox', path: '/usr/bin/firefox-esr' }));
  await withScript(firefox, delayWorkers);
  const chromium = await call.open(await call.browser());
  const link = await call.link(firefox);
  const join = { link, routerUrl: call.routerUrl, ...picture };
  await firefox.do('join', { ...join, number: 1, deviceMicrophone: true });
  await after(aloneMs);
  await chromium.do('join', { ...join, number: 2 });
  await Promise.all([seesAndHears(chromium, '1'), seesAndHears(firefox, '2')]);
  expect(firefox.complaints).toEqual([]);
});
