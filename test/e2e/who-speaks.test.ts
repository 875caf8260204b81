import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { decodeHeader } from '../../src/client/encryption/frames/header.ts';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import type { ParticipantTab } from '../../src/tools/call/tab.ts';
import { MediaBench } from '../support/media-bench.ts';
import { RouterView } from '../support/router-view.ts';
import type { Captured } from '../support/tap.ts';

/** What each of the three does with the microphone, in three parts of the time that is looked at. */
type Play = readonly (readonly [boolean, boolean, boolean])[];

/** How long each part is, in ms: in three of them everybody sends two or three rosters. */
const partMs = 4_000;
/** RTP timestamps of an Opus packet of 40 ms. */
const packetSamples = 1_920;

/** What the router could see of one participant while the play went on. */
interface Seen {
  /** Everything it was asked, each kind once. */
  readonly asked: readonly string[];
  /** The shortest time between two requests, in ms. */
  readonly gapMs: number;
  /** Sizes of the microphone's packets, without the header, which counts them. */
  readonly sizes: readonly number[];
  /** Times between them, by their own clock. */
  readonly steps: readonly number[];
}

async function seenOf(play: Play): Promise<readonly Seen[]> {
  await using bench = await MediaBench.start();
  using view = new RouterView();
  const tabs = [await bench.join(), await bench.join(), await bench.join()];
  for (const tab of tabs)
    await tab.until('statistics', [], (streams) => streams.filter(isDecoded).length === 4, 60_000);
  await wait(6_000); // what is small by now has been lowered, and what is not wanted has ended
  const sinceMs = performance.now();
  for (const part of play) await act(tabs, part);
  const untilMs = performance.now();
  const microphones = bench.media.taps.filter(({ kind }) => kind === 'audio');
  expect(microphones).toHaveLength(tabs.length);
  return microphones.map(({ frames }, from): Seen => {
    const asked = view.of(from, sinceMs).filter(({ request }) => request !== 'state.update');
    const times = asked.map(({ atMs }) => atMs);
    const sent = frames.filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs);
    return {
      asked: distinct(asked.map(({ request, shape, size }) => `${request} ${shape}, ${size} bytes`)),
      gapMs: Math.min(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))),
      sizes: distinct(sent.map(({ frame }) => frame.length - (decodeHeader(frame)?.length ?? NaN))),
      steps: distinct(stepsOf(sent)),
    };
  });
}

function isDecoded({ firstFrameMs }: HarnessStream): boolean {
  return firstFrameMs !== undefined;
}

/** Has everybody speak or be muted for a while, and sees that the others notice. */
async function act(tabs: readonly ParticipantTab[], part: Play[number]): Promise<void> {
  const untilMs = performance.now() + partMs;
  for (const [index, speaks] of part.entries()) await tabs[index]?.do('setMicrophone', speaks);
  for (const [index, tab] of tabs.entries())
    await tab.until('people', [], (people) =>
      people.every(({ name, speaking, microphone }) => {
        const speaks = part[Number(name) - 1] ?? false;
        return Number(name) === index + 1 || (speaking === speaks && microphone === (speaks ? 'on' : 'off'));
      }),
    );
  await wait(untilMs - performance.now());
}

function stepsOf(frames: readonly Captured[]): number[] {
  return frames
    .slice(1)
    .map(({ timestamp }, index) => (timestamp - (frames[index]?.timestamp ?? 0) + 2 ** 32) % 2 ** 32);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)].toSorted();
}

test(
  'the router cannot tell calls apart that differ in who speaks and who is muted only',
  { timeout: 180_000 },
  async () => {
    const one = await seenOf([
      [true, false, false],
      [true, true, false],
      [false, true, false],
    ]);
    const other = await seenOf([
      [false, false, true],
      [true, false, false],
      [false, false, false],
    ]);
    for (const { asked, gapMs, sizes, steps } of [...one, ...other]) {
      expect(asked).toHaveLength(1); // rosters, all of one size
      expect(asked[0]).toMatch(/^relay.send {"list":/);
      expect(gapMs).toBeGreaterThan(partMs); // and none but when its time had come
      expect(sizes).toHaveLength(1);
      expect(steps).toEqual([packetSamples]);
    }
    const view = ({ asked, sizes, steps }: Seen) => ({ asked, sizes, steps });
    expect(other.map(view)).toEqual(one.map(view));
  },
);
