import { expect, test } from 'vitest';
import { colourFor, nearestColour, type HarnessStream } from '../../../src/tools/call/harness-api.ts';
import { reportOf } from '../../../src/tools/call/report.ts';
import { tableOf } from '../../../src/tools/call/table.ts';

function stream(name: string, source: string, more: Partial<HarnessStream> = {}): HarnessStream {
  return {
    name,
    source,
    framesDecoded: source === 'camera' ? 100 : 0,
    framesPerSecond: 15,
    frameWidth: 320,
    frameHeight: 180,
    totalAudioEnergy: source === 'microphone' ? 0.5 : 0,
    firstFrameMs: 400,
    undecryptable: 0,
    lastUndecryptableMs: undefined,
    replayed: 0,
    layers: null,
    ...more,
  };
}

const both = (name: string) => [stream(name, 'camera'), stream(name, 'microphone')];
const measured = { seconds: 5, joinMs: [10, 20] };

test('a call in which everybody got everything is good', () => {
  const { report, missing } = reportOf({ ...measured, before: [[], []], after: [both('2'), both('1')] });
  expect(missing).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.streams.map(({ from, to, source }) => `${from} ${to} ${source}`)).toEqual([
    '2 1 camera',
    '2 1 microphone',
    '1 2 camera',
    '1 2 microphone',
  ]);
});

test('frames a second are those of the measured time', () => {
  const before = [[stream('2', 'camera', { framesDecoded: 40 })], []];
  const { report } = reportOf({ ...measured, before, after: [both('2'), both('1')] });
  expect(report.streams.find(({ to, source }) => to === 1 && source === 'camera')?.framesPerSecond).toBe(12);
});

test.each([
  ['a camera of which nothing was decoded', [stream('2', 'camera', { framesDecoded: 0 }), stream('2', 'microphone')]],
  ['a camera that is not there', [stream('2', 'microphone')]],
])('%s is named, and the call is not good', (_, received) => {
  const { report, missing } = reportOf({ ...measured, before: [[], []], after: [received, both('1')] });
  expect(report.ok).toBe(false);
  expect(missing).toEqual(['1 did not get the camera of 2']);
});

test('a microphone without energy is named', () => {
  const silent = [stream('1', 'camera'), stream('1', 'microphone', { totalAudioEnergy: 0 })];
  const { missing } = reportOf({ ...measured, before: [[], []], after: [both('2'), silent] });
  expect(missing).toEqual(['2 did not get the microphone of 1']);
});

test('streams of who is not authenticated are nobody’s', () => {
  const { report } = reportOf({
    ...measured,
    before: [[], []],
    after: [[...both('2'), { ...stream('', 'camera'), name: undefined }], both('1')],
  });
  expect(report.streams).toHaveLength(4);
});

test('the table has a line for each stream', () => {
  const { report } = reportOf({ ...measured, before: [[], []], after: [both('2'), both('1')] });
  const table = tableOf(report);
  expect(table.match(/camera/g)).toHaveLength(2);
  expect(table).toContain('Joined in  1: 10 ms, 2: 20 ms');
});

test('each of twelve participants has a colour that is nearest to itself', () => {
  for (let number = 1; number <= 12; number += 1) expect(nearestColour(colourFor(number), 12)).toBe(number);
});
