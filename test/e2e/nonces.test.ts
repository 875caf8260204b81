import { expect, test } from 'vitest';
import { killWorker } from '../support/browser-cipher.ts';
import { MediaBench } from '../support/media-bench.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';

// ENCRYPTION "Counters": the sending key and its counters live and die together.
test('no (key, nonce) pair comes twice: 50 camera toggles, a killed worker, a reload, a duplicated tab', async () => {
  await using bench = await MediaBench.start();
  const { cipher } = bench;
  using listener = await NodeParticipant.join(bench.router, { link: bench.link, name: 'listener' });
  const sealing = async (): Promise<void> => {
    const known = cipher.encryptions;
    while (cipher.encryptions < known + 20) await tab.do('phase');
  };

  const tab = await bench.join();
  await listener.person(({ name, keyHeld }) => name === '1' && keyHeld);
  for (let toggle = 0; toggle < 50; toggle += 1) {
    await tab.do('setCamera', false);
    await tab.do('setCamera', true);
    await (await bench.media.tap('video', bench.media.taps.length - 1)).nextFrames(2);
  }
  await sealing();

  const before = new Set(cipher.byKey.keys());
  const firstId = (await listener.person(({ name }) => name === '1')).participant;
  await killWorker(tab.page);
  await listener.person(({ name, keyHeld, participant }) => name === '1' && keyHeld && participant !== firstId);
  await sealing();
  expect([...cipher.byKey.keys()].some((key) => !before.has(key))).toBe(true);

  await tab.page.reload();
  await tab.page.waitForFunction('globalThis.sotto !== undefined');
  await bench.join(tab);
  await listener.person(({ name, keyHeld }) => name === '2' && keyHeld);
  await sealing();

  await bench.join(); // the same link in a second tab
  await listener.person(({ name, keyHeld }) => name === '3' && keyHeld);
  await sealing();

  expect(cipher.encryptions).toBeGreaterThan(300);
  expect(cipher.byKey.size).toBeGreaterThan(4);
  expect(cipher.repeats).toBe(0);
});
