import { expect, test } from 'vitest';
import { colourFor, nearestColour, type HarnessStream } from '../../../src/tools/call/harness-api.ts';
import { profiles, type ProfileName } from '../../../src/tools/call/network/profiles.ts';
import { reportOf } from '../../../src/tools/call/report.ts';
import type { Sample } from '../../../src/tools/call/sampler.ts';
import {
  plainScenario,
  type Performed,
  type Scenario,
  type ScenarioEvent,
} from '../../../src/tools/call/scenario/scenario.ts';
import { tableOf } from '../../../src/tools/call/table.ts';

/** What differs in what participant 1 receives of 2 at one time, in seconds. */
type Told = (at: number, source: string) => Partial<HarnessStream> | undefined;

const betweenS = 0.25;

/** A stream that has been well since the start, 20 frames a second. */
function stream(name: string | undefined, source: string, at: number): HarnessStream {
  const isVideo = source === 'camera';
  return {
    name,
    source,
    framesDecoded: isVideo ? Math.round(20 * (at + 1)) : 0,
    framesPerSecond: 15,
    frameWidth: 320,
    frameHeight: 180,
    totalAudioEnergy: isVideo ? 0 : (at + 1) / 10,
    firstFrameMs: 400,
    undecryptable: 0,
    lastUndecryptableMs: undefined,
    replayed: 0,
    paused: false,
    freezes: 0,
    freezeSeconds: 0,
    concealedShare: 0,
    heardSeconds: isVideo ? 0 : at + 1,
    layers: null,
    bitrate: isVideo ? 200_000 : 40_000,
  };
}

interface Given {
  readonly seconds?: number;
  readonly networks?: readonly [ProfileName?, ProfileName?];
  readonly events?: readonly ScenarioEvent[];
  /** How long an event took; no time at all without it. */
  readonly took?: (event: ScenarioEvent) => Performed | undefined;
  readonly told?: Told;
}

/** The report of a call of two in which all is well but what is told; and what is wrong in it, rule by rule. */
function judged({ seconds = 20, networks = [], events = [], took = () => undefined, told = () => ({}) }: Given) {
  const scenario: Scenario = { ...plainScenario([networks[0], networks[1]], seconds), events: [...events] };
  const samples = Array.from({ length: seconds / betweenS + 1 }, (_, index) => index * betweenS).flatMap(
    (at): Sample[] =>
      [1, 2].map((to) => ({
        to,
        atMs: at * 1_000,
        streams: ['camera', 'microphone'].flatMap((source) => {
          const differs = to === 1 ? told(at, source) : {};
          return differs === undefined ? [] : [{ ...stream(to === 1 ? '2' : '1', source, at), ...differs }];
        }),
      })),
  );
  const performed = events.map((event) => took(event) ?? { event, from: event.at, to: event.at });
  const { report } = reportOf({ scenario, performed, joinMs: [10, 20], samples, network: null, memory: [] });
  const faults = Object.fromEntries(
    report.verdicts.filter(({ ok }) => !ok).map((verdict) => [verdict.rule, verdict.faults]),
  );
  return { report, faults };
}

/** What is told of one source; nothing of the other. */
const only =
  (wanted: string, told: (at: number) => Partial<HarnessStream> | undefined): Told =>
  (at, source) =>
    source === wanted ? told(at) : {};

test('a call in which everybody got everything is good', () => {
  const { report, faults } = judged({ networks: ['lossy-5', 'lossy-5'] });
  expect(faults).toEqual({});
  expect(report.ok).toBe(true);
  expect(report.streams.map(({ from, to, source }) => `${from} ${to} ${source}`)).toEqual([
    '2 1 camera',
    '2 1 microphone',
    '1 2 camera',
    '1 2 microphone',
  ]);
});

test('frames and bits a second, and freezes, are those of the measured time', () => {
  const camera = judged({
    told: only('camera', (at) => ({
      framesDecoded: 1_000 + 12 * at,
      bitrate: at > 10 ? 300_000 : 100_000,
      frameHeight: at > 10 ? 360 : 180,
      freezes: 5 + (at > 3 ? 1 : 0),
      freezeSeconds: 7 + (at > 3 ? 0.2 : 0),
    })),
  }).report.streams[0];
  expect(camera).toMatchObject({ framesPerSecond: 12, bitrate: 200_000, freezes: 1, framesDecoded: 1_240 });
  expect(camera?.freezeSeconds).toBeCloseTo(0.2);
  expect(camera?.heights).toEqual([
    { atMs: 0, height: 180 },
    { atMs: 10_250, height: 360 },
  ]);
});

test('a source that comes on again goes on counting', () => {
  const camera = judged({
    events: [
      { at: 8, who: 2, does: 'camera-off' },
      { at: 12, who: 2, does: 'camera-on' },
    ],
    told: only('camera', (at) =>
      at < 8 ? { framesDecoded: 20 * at } : at < 12 ? undefined : { framesDecoded: 20 * (at - 12) },
    ),
  });
  expect(camera.faults).toEqual({});
  expect(camera.report.streams[0]?.framesDecoded).toBe(155 + 160);
});

test.each([
  ['a camera of which nothing was decoded', only('camera', () => ({ framesDecoded: 0 }))],
  ['a camera that is not there', only('camera', () => undefined)],
])('%s is named, and the call is not good', (_, told) => {
  const { report, faults } = judged({ told });
  expect(report.ok).toBe(false);
  expect(faults).toMatchObject({ received: ['1 did not get the camera of 2'] });
});

test('a microphone without energy is named, unless it was muted all the time', () => {
  const told = only('microphone', () => ({ totalAudioEnergy: 0 }));
  expect(judged({ told }).faults).toEqual({ received: ['1 did not get the microphone of 2'] });
  expect(judged({ told, events: [{ at: 0, who: 2, does: 'mute' }] }).faults).toEqual({});
});

test('streams of who is not authenticated are nobody’s', () => {
  const { report } = judged({ told: (_, source) => (source === 'camera' ? { name: undefined } : {}) });
  expect(report.streams).toHaveLength(3);
});

test('more than a second without sound that came is named on a network, whatever was made up for it', () => {
  const silent = (seconds: number) =>
    only('microphone', (at) => ({ heardSeconds: at < 5 ? at : at < 5 + seconds ? 5 : at }));
  expect(judged({ networks: ['lossy-5'], told: silent(0.8) }).faults).toEqual({});
  const { faults } = judged({ networks: ['lossy-5'], told: silent(2) });
  expect(faults).toEqual({ sound: ['1 heard nothing of 2 for 1.8 s'] });
});

test('a picture that is paused may stand still', () => {
  const told = only('camera', (at) => ({ framesDecoded: Math.min(200, 20 * at), paused: at > 11 }));
  expect(judged({ told }).faults).toEqual({});
});

test('what takes long is judged from when it is done, and keys may be on their way all the while', () => {
  const events: ScenarioEvent[] = [
    { at: 2, who: 2, does: 'camera-off' },
    { at: 4, who: 2, does: 'camera-on' },
  ];
  const took = (event: ScenarioEvent): Performed | undefined =>
    event.does === 'camera-on' ? { event, from: 4, to: 11 } : undefined;
  const told = only('camera', (at) =>
    at < 2 ? {} : at < 13 ? { framesDecoded: 0 } : { framesDecoded: 20 * (at - 12), undecryptable: 5 },
  );
  expect(judged({ events, took, told }).faults).toEqual({});
  expect(judged({ events, told }).faults).toMatchObject({
    moving: ['1 saw the picture of 2 stuck for 5.8 s'],
    opened: ['1 could not open 5 frames of the camera of 2'],
  });
});

test('frames that failed between two looks, of which one was while keys were on their way, are not counted', () => {
  const events: ScenarioEvent[] = [
    { at: 6, who: 1, does: 'leave' },
    { at: 9, who: 1, does: 'join' },
  ];
  // Nobody could look at participant 1 from 5 s on, until `seenAt`.
  const told = (seenAt: number): Told =>
    only('camera', (at) => (at > 5 && at < seenAt ? undefined : { undecryptable: at < seenAt ? 0 : 7 }));
  expect(judged({ told: told(14), events }).faults).toEqual({});
  const later = only('camera', (at) => ({ undecryptable: at < 14.5 ? 0 : 7 }));
  expect(judged({ told: later, events }).faults).toMatchObject({
    opened: ['1 could not open 7 frames of the camera of 2'],
  });
});

test('frames that could not be opened are counted once, however often their source is received anew', () => {
  const told = only('camera', (at) => ({ framesDecoded: 20 * (at % 5), undecryptable: at < 1 ? 0 : 3 }));
  expect(judged({ told }).faults).toEqual({ opened: ['1 could not open 3 frames of the camera of 2'] });
});

test('a picture that stands still for more than 5 s while its camera is on is stuck', () => {
  const told = only('camera', (at) => ({ framesDecoded: Math.min(200, 20 * at) }));
  expect(judged({ told }).faults).toEqual({ moving: ['1 saw the picture of 2 stuck for 10.0 s'] });
  expect(judged({ told, events: [{ at: 10, who: 2, does: 'camera-off' }] }).faults).toEqual({});
});

test('a picture frozen for a larger share of the time than the line excuses is named', () => {
  const frozen = (seconds: number) => only('camera', (at) => ({ freezeSeconds: at > 8 ? seconds : 0 }));
  expect(profiles['lossy-5'].freezeShare).toBe(0.02);
  expect(judged({ networks: ['lossy-5'], told: frozen(0.39) }).faults).toEqual({});
  const words = '1 saw the picture of 2 frozen 2.5 % of the time (2.0 % at most)';
  expect(judged({ networks: ['lossy-5'], told: frozen(0.5) }).faults).toEqual({ freezes: [words] });
  expect(judged({ networks: ['lossy-5', 'lossy-10'], told: frozen(0.5) }).faults).toEqual({});
  expect(judged({ told: frozen(0.5) }).faults).toEqual({});
});

test('frames that do not open are named, unless keys are on their way', () => {
  const told = only('camera', (at) => ({ undecryptable: at > 9 ? 4 : 0 }));
  expect(judged({ told }).faults).toEqual({ opened: ['1 could not open 4 frames of the camera of 2'] });
  expect(judged({ told, events: [{ at: 8.5, who: 2, does: 'share' }] }).faults).toEqual({});
});

test('a cut excuses silence and freezes, and asks for the full picture within 10 s after it', () => {
  const cut =
    (backAt: number): Told =>
    (at, source) => {
      const there = at < 5 || at > 10.5;
      if (source === 'microphone') return { heardSeconds: there ? at : 5 };
      return {
        framesDecoded: there ? Math.round(20 * at) : 100,
        freezeSeconds: at > 10.5 ? 5.5 : 0,
        frameHeight: at < 5 || at > backAt ? 360 : 180,
      };
    };
  expect(judged({ networks: ['cut-5s'], seconds: 25, told: cut(15) }).faults).toEqual({});
  expect(judged({ networks: ['cut-5s'], seconds: 25, told: cut(21) }).faults).toEqual({
    back: ['1 had the picture of 2 with 360 lines before the cut, and 180 in the 10 s after'],
  });
});

test('the table has a line for each stream, and says what the networks did', () => {
  const counts = { packets: 100, lost: 5, overflowed: 2, cut: 0, duplicated: 0 };
  const line = { participant: 2, network: '300k', up: counts, down: counts } as const;
  const table = tableOf({ ...judged({}).report, network: { seed: '1', lateMs: 0.75, lines: [line] } });
  expect(table.match(/camera/g)).toHaveLength(2);
  expect(table).toContain('Joined in  1: 10 ms, 2: 20 ms');
  expect(table).toContain('2 on 300k  up: 100 packets, 5 lost, 2 dropped by a full queue, 0 cut off');
});

test('each of twelve participants has a colour that is nearest to itself', () => {
  for (let number = 1; number <= 12; number += 1) expect(nearestColour(colourFor(number), 12)).toBe(number);
});
