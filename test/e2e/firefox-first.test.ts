import { setTimeout as after } from 'node:timers/promises';
import { test } from 'vitest';
import { addressForFirefox, openStage, picture, seesAndHears } from '../support/browser-call.ts';

/** How long the first one is alone, in ms: in this time its worker drops what microphone and camera give, and must live on. */
const aloneMs = 3_000;

test('Firefox, alone with its microphone on for a while, sees and hears whoever comes, who sees and hears it', async () => {
  await using call = await openStage(addressForFirefox());
  const firefox = await call.open(await call.browser({ engine: 'firefox', path: '/usr/bin/firefox-esr' }));
  const chromium = await call.open(await call.browser());
  const link = await call.link(firefox);
  const join = { link, routerUrl: call.routerUrl, ...picture };
  await firefox.do('join', { ...join, number: 1, deviceMicrophone: true });
  await after(aloneMs);
  await chromium.do('join', { ...join, number: 2 });
  await Promise.all([seesAndHears(chromium, '1'), seesAndHears(firefox, '2')]);
});
