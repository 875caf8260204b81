import { readMuted } from '../../src/client/encryption/frames/mute-mark.ts';
import { decodeHeader } from '../../src/client/encryption/frames/header.ts';
import { videoCodecs, type FrameCodec } from '../../src/client/encryption/messages.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { colourFor, type Colour } from '../../src/tools/call/harness-api.ts';
import { decodeTone, decodeVideo } from '../support/browser-decoder.ts';
import { MediaBench } from '../support/media-bench.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';
import {
  delayTransforms,
  dropHoldBack,
  framesEncoded,
  rememberConnections,
  withScript,
} from '../support/page-scripts.ts';
import type { Captured, Tap } from '../support/tap.ts';

/** The tone that the harness makes for participant 1, in Hz. */
const toneHertz = 330;

/** A router that listens inside its own media process, with a decoder at hand (ENCRYPTION "Fail closed"). */
describe('a curious router', () => {
  let bench: MediaBench;

  beforeEach(async () => {
    bench = await MediaBench.start();
    return async () => bench[Symbol.asyncDispose]();
  });

  /** Whether a picture shows what participant 1 sends. */
  function showsFirst(colour: Colour): boolean {
    return Math.hypot(...colourFor(1).map((level, index) => level - (colour[index] ?? 0))) < 60;
  }

  async function openedWith(
    participant: NodeParticipant,
    codec: FrameCodec,
    frames: readonly Captured[],
  ): Promise<Uint8Array[]> {
    const sender = await participant.person(({ name, keyHeld }) => name === '1' && keyHeld);
    const keys = participant.group.receiving(sender.participant);
    const opened: Uint8Array[] = [];
    for (const { frame } of frames) {
      const source = codec === 'opus' ? 'microphone' : 'camera';
      const result = await keys?.open(source, codec, frame, performance.now());
      if (result?.outcome !== 'opened') continue;
      opened.push(codec === 'opus' ? readMuted(result.frame).packet : result.frame);
    }
    return opened;
  }

  /** Frames of a tap from a key frame on. */
  async function fromKeyFrame(tap: Tap, count: number): Promise<readonly Captured[]> {
    await tap.requestKeyFrame();
    for (;;) {
      const [first] = await tap.nextFrames(1);
      if (first?.key === true) return [first, ...(await tap.nextFrames(count - 1))];
    }
  }

  test.each(videoCodecs)(
    'finds neither the tone nor the picture in %s that a participant with the keys finds',
    async (codec) => {
      const tab = await bench.join(undefined, { videoCodecs: [codec] });
      using listener = await NodeParticipant.join(bench.router, { link: bench.link, name: 'listener' });
      await listener.person(({ name, keyHeld, capturing }) => name === '1' && keyHeld && capturing.length === 2);
      const video = await bench.media.tap('video');
      expect(video.codec).toBe(codec);
      const pictures = await fromKeyFrame(video, 30);
      const sounds = await (await bench.media.tap('audio')).nextFrames(60);

      const seen = await decodeVideo(
        tab.page,
        codec,
        pictures.map(({ frame }) => frame),
      );
      const heard = await decodeTone(
        tab.page,
        sounds.map(({ frame }) => frame),
        toneHertz,
      );
      expect(seen.filter(showsFirst)).toHaveLength(0);
      expect(heard).toBeLessThan(0.1);

      const shown = await decodeVideo(tab.page, codec, await openedWith(listener, codec, pictures));
      const played = await decodeTone(tab.page, await openedWith(listener, 'opus', sounds), toneHertz);
      expect(shown.filter(showsFirst).length).toBeGreaterThan(25);
      expect(played).toBeGreaterThan(0.4); // the codec has made overtones of the rest
    },
  );

  test('sees the same sizes whether a microphone is open or muted', async () => {
    const tab = await bench.join();
    using listener = await NodeParticipant.join(bench.router, { link: bench.link, name: 'listener' });
    await listener.person(({ capturing, muted }) => capturing.includes('microphone') && !muted);
    const audio = await bench.media.tap('audio');
    const open = await audio.nextFrames(60);
    await tab.do('setMicrophone', false);
    await listener.person(({ muted }) => muted);
    const muted = await audio.nextFrames(60);
    // Less the header, which grows with the counter in it.
    const sizes = [...open, ...muted].map(({ frame }) => frame.length - (decodeHeader(frame)?.length ?? NaN));
    expect(new Set(sizes).size).toBe(1);
  });

  test('gets not one media frame while it holds the handshake back', async () => {
    const tab = await bench.openTab(rememberConnections);
    using mute = await NodeParticipant.join(bench.router, { link: bench.link, name: 'mute', holdBack: () => true });
    await bench.join(tab);
    const video = await bench.media.tap('video');
    const audio = await bench.media.tap('audio');
    while ((await framesEncoded(tab)) < 30) await tab.do('phase');
    expect([video.packets, audio.packets]).toEqual([0, 0]);
    expect(mute.people.map(({ standing }) => standing)).not.toContain('authenticated');

    using honest = await NodeParticipant.join(bench.router, { link: bench.link, name: 'honest' });
    await honest.person(({ keyHeld }) => keyHeld);
    await video.nextFrames(5);
    expect(audio.packets).toBeGreaterThan(0);
  });

  test('finds no plaintext when the transform comes late', async () => {
    const tab = await bench.openTab(delayTransforms);
    using listener = await NodeParticipant.join(bench.router, { link: bench.link, name: 'listener' });
    await bench.join(tab);
    await listener.person(({ name, keyHeld }) => name === '1' && keyHeld);
    const video = await bench.media.tap('video');
    await video.nextFrames(60);
    const frames = [...video.frames];
    expect(await openedWith(listener, 'vp8', frames)).toHaveLength(frames.length);
  });

  test('would find the plaintext of a client that lets frames pass before its transform', async () => {
    const tab = await bench.openTab(delayTransforms);
    await withScript(tab, dropHoldBack);
    await bench.join(tab);
    const pictures = await fromKeyFrame(await bench.media.tap('video'), 30);
    const shown = await decodeVideo(
      tab.page,
      'vp8',
      pictures.map(({ frame }) => frame),
    );
    expect(shown.filter(showsFirst).length).toBeGreaterThan(25);
  });
});
