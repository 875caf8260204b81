import { expect, test, vi } from 'vitest';
import { forgedFrame } from './forged-key-ids.ts';
import { makeReceiver, makeSenderFor, outcome, seal } from './people.ts';

test('of 1,000 forged key ids a second few are tried at all, and the honest stream loses no frame', async () => {
  const receiver = makeReceiver();
  const sender = makeSenderFor(receiver);
  const honest = await Promise.all(Array.from({ length: 300 }, () => seal(sender, 'camera')));
  const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
  let opened = 0;
  for (let number = 0; number < 10_000; number += 1) {
    expect(await outcome(receiver, 'camera', forgedFrame(number), number)).toBe('undecryptable');
    const frame = number % 33 === 0 ? honest[number / 33] : undefined;
    if (frame !== undefined && (await outcome(receiver, 'camera', frame, number)) === 'opened') opened += 1;
  }
  expect(opened).toBe(300);
  const tries = decrypt.mock.calls.length - 300;
  decrypt.mockRestore();
  expect(tries).toBeGreaterThan(100);
  expect(tries).toBeLessThan(10 * 50 + 50 + 1);
});

test('while they come, a step is still found: told at once, untold within a second', async () => {
  for (const isTold of [true, false]) {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    await seal(sender, 'camera');
    sender.handOver(0);
    if (isTold) receiver.told(1, 1, 0);
    let openedAtMs: number | undefined;
    for (let nowMs = 0; nowMs < 1_000 && openedAtMs === undefined; nowMs += 1) {
      await outcome(receiver, 'camera', forgedFrame(nowMs), nowMs);
      if (nowMs % 12 !== 0) continue; // a camera and a microphone make about 80 frames a second
      if ((await outcome(receiver, 'camera', await seal(sender, 'camera', nowMs), nowMs)) === 'opened')
        openedAtMs = nowMs;
    }
    expect(openedAtMs).toBeDefined();
    if (isTold) expect(openedAtMs).toBe(0);
  }
});
