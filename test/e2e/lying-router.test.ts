import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeHeader } from '../../src/client/encryption/frames/header.ts';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { MediaBench } from '../support/media-bench.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';
import type { Captured, Tap } from '../support/tap.ts';

/** What comes to one receiver fits its line only when that is known: on a busy machine that takes a while, in ms. */
const patienceMs = 45_000;

/** A router that adds, repeats and swaps media (ENCRYPTION "Replay", "Receiving"). */
describe('a lying router', () => {
  let bench: MediaBench;

  beforeEach(async () => {
    bench = await MediaBench.start();
    return async () => bench[Symbol.asyncDispose]();
  });

  function stream(streams: readonly HarnessStream[], name: string, source: string): HarnessStream | undefined {
    return streams.find((candidate) => candidate.name === name && candidate.source === source);
  }

  /** Waits until the numbers of one stream are as wanted, and returns them. */
  async function until(
    tab: ParticipantTab,
    [name, source]: readonly [string, string],
    good: (numbers: HarnessStream) => boolean,
  ): Promise<HarnessStream> {
    const found = (streams: readonly HarnessStream[]): HarnessStream | undefined => stream(streams, name, source);
    const has = (all: readonly HarnessStream[]): boolean => {
      const numbers = found(all);
      return numbers !== undefined && good(numbers);
    };
    const streams = await tab.until('statistics', [], has, patienceMs);
    const numbers = found(streams);
    if (numbers === undefined) throw new Error('no stream');
    return numbers;
  }

  function replay(tap: Tap, frames: readonly Captured[]): void {
    for (const { payloads } of frames) tap.add(payloads);
  }

  /** Replays `frames` in `tap` and sees that each is counted as replayed, and that the stream goes on. */
  async function expectRefused(
    receiver: ParticipantTab,
    which: readonly [string, string],
    tap: Tap,
    frames: readonly Captured[],
  ): Promise<void> {
    const before = await until(receiver, which, () => true);
    replay(tap, frames);
    const after = await until(receiver, which, ({ replayed }) => replayed >= before.replayed + frames.length);
    if (which[1] === 'camera') await until(receiver, which, ({ framesDecoded }) => framesDecoded > after.framesDecoded);
    else await until(receiver, which, ({ totalAudioEnergy }) => totalAudioEnergy > after.totalAudioEnergy);
  }

  test('never gets a frame delivered twice: at once, after a step, and in a new consumer', async () => {
    bench.media.relayed = true;
    const sender = await bench.join();
    const receiver = await bench.join();
    const camera = ['1', 'camera'] as const;
    const microphone = ['1', 'microphone'] as const;
    await until(receiver, camera, ({ framesDecoded }) => framesDecoded > 10);
    await until(receiver, microphone, ({ totalAudioEnergy }) => totalAudioEnergy > 0);
    const [video, audio] = [await bench.media.tap('video'), await bench.media.tap('audio')];
    const frames = await audio.nextFrames(20);
    const pictures = await video.nextFrames(10);
    await expectRefused(receiver, microphone, audio, frames);
    await expectRefused(receiver, camera, video, pictures);

    using stepper = await NodeParticipant.join(bench.router, { link: bench.link, name: 'stepper' });
    await stepper.person(({ name, keyHeld }) => name === '1' && keyHeld);
    await audio.nextFrames(5); // of the new step
    await expectRefused(receiver, microphone, audio, frames);

    const known = bench.media.taps.length;
    await sender.do('setCamera', false);
    await sender.do('setCamera', true);
    const again = await bench.media.tap('video', known);
    const decodedBefore = (await until(receiver, camera, () => true)).framesDecoded;
    await until(receiver, camera, ({ framesDecoded }) => framesDecoded !== decodedBefore && framesDecoded > 5);
    await expectRefused(receiver, camera, again, pictures);
  });

  test('never gets a frame of one simulcast layer delivered again after it switched to another', async () => {
    bench.media.relayed = true;
    await bench.join(undefined, { height: 360 });
    const receiver = await bench.join();
    const camera = ['1', 'camera'] as const;
    const video = await bench.media.tap('video');
    await video.switchTo(0);
    await until(receiver, camera, ({ frameHeight }) => frameHeight === 180);
    const low = await video.nextFrames(10);
    await video.switchTo(1);
    await until(receiver, camera, ({ frameHeight }) => frameHeight === 360);
    await expectRefused(receiver, camera, video, low);
  });

  test('cannot stop an honest stream with forged key ids', async () => {
    bench.media.relayed = true;
    await bench.join();
    const receiver = await bench.join();
    const microphone = ['1', 'microphone'] as const;
    const before = await until(receiver, microphone, ({ totalAudioEnergy }) => totalAudioEnergy > 0);
    const audio = await bench.media.tap('audio');
    for (let second = 0; second < 3; second += 1) {
      for (let count = 0; count < 1_000; count += 1) {
        const kid = BigInt(65_536 + 1 + Math.floor(Math.random() * 65_000));
        audio.add([Buffer.concat([encodeHeader({ kid, counter: BigInt(count) }), randomBytes(160)])]);
      }
      await audio.nextFrames(50);
    }
    const during = await until(
      receiver,
      microphone,
      ({ undecryptable }) => undecryptable > before.undecryptable + 1_000,
    );
    await until(receiver, microphone, ({ totalAudioEnergy }) => totalAudioEnergy > during.totalAudioEnergy);
  });

  test('gets nothing played when it serves one participant as another', async () => {
    bench.media.substitute = (asked, taps) => taps.find(({ kind }) => kind === asked.kind) ?? asked; // always the first's
    // Small enough for what any line is taken for at first: both are to be sent.
    const small = { height: 90 };
    await bench.join(undefined, small);
    await bench.join(undefined, small);
    const receiver = await bench.join(undefined, small);
    const honest = await until(receiver, ['1', 'camera'], ({ framesDecoded }) => framesDecoded > 30);
    expect(honest.undecryptable).toBe(0);
    const camera = await until(receiver, ['2', 'camera'], ({ undecryptable }) => undecryptable > 30);
    const microphone = await until(receiver, ['2', 'microphone'], ({ undecryptable }) => undecryptable > 30);
    expect(camera.framesDecoded).toBe(0);
    expect(microphone.totalAudioEnergy).toBe(0);
  });
});
