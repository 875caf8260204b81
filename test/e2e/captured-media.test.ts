import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Captured } from '../support/tap.ts';
import { MediaBench } from '../support/media-bench.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';

/** Ciphertext captured at the router, tried with the keys that a participant really had (ENCRYPTION "Media keys"). */
describe('what was captured at the router', () => {
  let bench: MediaBench;

  beforeAll(async () => {
    bench = await MediaBench.start();
    await bench.join();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  async function joinInNode(name: string): Promise<NodeParticipant> {
    return NodeParticipant.join(bench.router, { link: bench.link, name });
  }

  /** How many of these camera frames open with the keys that `participant` has of the first one. */
  async function opened(participant: NodeParticipant, sender: string, frames: readonly Captured[]): Promise<number> {
    const keys = participant.group.receiving(sender);
    if (keys === undefined) throw new Error('no keys');
    let count = 0;
    for (const { frame } of frames) {
      const { outcome } = await keys.open('camera', 'vp8', frame, performance.now());
      if (outcome === 'opened') count += 1;
    }
    return count;
  }

  test('a late joiner opens what comes after it joined and nothing from before', async () => {
    using early = await joinInNode('early');
    const { participant: sender } = await early.person(({ name, keyHeld }) => name === '1' && keyHeld);
    const tap = await bench.media.tap('video');
    const before = await tap.nextFrames(30);

    using late = await joinInNode('late');
    await late.person(
      ({ participant, keyHeld, capturing }) => participant === sender && keyHeld && capturing.length > 0,
    );
    while ((await opened(late, sender, await tap.nextFrames(1))) === 0);
    const after = await tap.nextFrames(30);

    expect(await opened(early, sender, before)).toBe(30);
    expect(await opened(late, sender, before)).toBe(0);
    expect(await opened(late, sender, after)).toBe(30);
  });

  test('a leaver opens what came before it left and nothing from 4 s after', async () => {
    using staying = await joinInNode('staying');
    const leaver = await joinInNode('leaver');
    const { participant: sender } = await leaver.person(({ name, keyHeld }) => name === '1' && keyHeld);
    await staying.person(({ participant, keyHeld }) => participant === sender && keyHeld);
    const tap = await bench.media.tap('video');
    // Frames from before it was given a key may still be on their way.
    while ((await opened(leaver, sender, await tap.nextFrames(1))) === 0);
    const before = await tap.nextFrames(10);

    const leftAtMs = performance.now();
    await leaver.leave(); // keeps its keys, and its group never hears of anything again
    const after: Captured[] = [];
    while (after.length < 30) after.push(...(await tap.nextFrames(1)).filter(({ atMs }) => atMs > leftAtMs + 4_000));

    expect(await opened(leaver, sender, before)).toBe(10);
    expect(await opened(leaver, sender, after)).toBe(0);
    expect(await opened(staying, sender, after)).toBe(30);
    leaver[Symbol.dispose]();
  });
});
