import { expect, test } from 'vitest';
import { Plan } from '../../../../src/client/call/attention/plan.ts';
import { personWith } from './people.ts';

/** So many people, of whom the test says what can be seen and who speaks. */
function call(count: number, mostCameras = 9) {
  const people = Array.from({ length: count }, (_, index) =>
    personWith(index + 1, 'microphone', 'camera', ...(index === 0 ? (['screen', 'screen-audio'] as const) : [])),
  );
  const lines = new Map<string, number>();
  const plan = new Plan((key, source) => lines.get(`${key} ${source}`), mostCameras);
  const scene = { speakers: [] as string[], isLarge: false, nowMs: 0 };
  return {
    /** Shows somebody's camera (0 and up) that high; undefined: not at all. */
    show: (index: number, height: number | undefined, source = 'camera') => {
      const name = `${people[index]?.key ?? ''} ${source}`;
      if (height === undefined) lines.delete(name);
      else lines.set(name, height);
    },
    /** Looks at `nowMs`, with the speakers (0 and up) in this order. */
    look: (nowMs: number, speakers: readonly number[] = [], isLarge = false) => {
      Object.assign(scene, { nowMs, isLarge, speakers: speakers.map((index) => people[index]?.key ?? '') });
      plan.apply({ ...scene, people: people.map(({ other }) => other) });
    },
    wish: (index: number, source: 'microphone' | 'camera' | 'screen' | 'screen-audio' = 'camera') =>
      people[index]?.streams.get(source)?.wish,
    /** Who is received, 0 and up. */
    received: (source: 'microphone' | 'camera') =>
      people.flatMap(({ streams }, index) => (streams.get(source)?.wish === undefined ? [] : [index])),
    /** Whether somebody's key is held. */
    hold: (index: number, keyHeld: boolean) => {
      const other = people[index]?.other;
      if (other?.person !== undefined) other.person = { ...other.person, keyHeld };
    },
    join: () => people.push(personWith(people.length + 1, 'microphone', 'camera')),
  };
}

test('a picture is asked for by its size, and every sound', () => {
  const { show, look, wish } = call(2);
  show(0, 650);
  show(0, 1_000, 'screen');
  show(1, 170);
  look(0);
  expect([wish(0), wish(0, 'screen'), wish(1)].map((one) => one?.size)).toEqual([
    { height: 720, framesPerSecond: 30 },
    { height: 1080, framesPerSecond: 30 },
    { height: 180, framesPerSecond: 15 },
  ]);
  const sounds = [wish(0, 'microphone'), wish(0, 'screen-audio'), wish(1, 'microphone')];
  expect(sounds.map((one) => one?.priority)).toEqual([255, 200, 255]);
});

test('a sound is asked for when the key of its sender is held, and not given up for want of one', () => {
  const { look, hold, received } = call(3);
  for (const index of [0, 1, 2]) hold(index, false);
  look(0);
  expect(received('microphone')).toEqual([]);
  expect(received('camera')).toEqual([0, 1, 2]);
  hold(2, true);
  look(250);
  expect(received('microphone')).toEqual([2]);
  hold(2, false);
  look(500);
  expect(received('microphone')).toEqual([2]);
});

test('what is nowhere to be seen is not asked for: a new one for 5 s, small, since it may be', () => {
  const { look, received, wish, show } = call(2);
  look(0);
  expect(received('camera')).toEqual([0, 1]);
  expect(wish(0)?.size.height).toBe(90);
  show(1, 700);
  look(4_999);
  expect(wish(1)?.size.height).toBe(720);
  look(5_000);
  expect(received('camera')).toEqual([1]);
  show(0, 700);
  look(60_000);
  expect(received('camera')).toEqual([0, 1]);
  show(0, undefined);
  look(60_001);
  look(65_001);
  expect(received('camera')).toEqual([1]);
});

test('of more cameras than are received at most, those are that are seen: who spoke last, then who joined first', () => {
  const { show, look, received, join } = call(12, 9);
  for (let index = 0; index < 12; index += 1) show(index, 200);
  look(0);
  expect(received('camera')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  look(3_000, [11]);
  expect(received('camera')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 11]);
  look(6_000, [10, 11]);
  expect(received('camera')).toEqual([0, 1, 2, 3, 4, 5, 6, 10, 11]);
  join();
  show(12, 200);
  look(6_250, [10, 11]);
  expect(received('camera')).toEqual([0, 1, 2, 3, 4, 5, 6, 10, 11]);
  show(0, undefined); // makes place, and is not held on to while somebody else can be seen
  look(6_500, [10, 11]);
  expect(received('camera')).toEqual([1, 2, 3, 4, 5, 6, 7, 10, 11]);
});

test('who speaks changes nothing while there is room for every camera', () => {
  const { show, look, wish } = call(9, 9);
  for (let index = 0; index < 9; index += 1) show(index, 150 + index * 60);
  const wishes = () => Array.from({ length: 9 }, (_, index) => wish(index));
  look(0);
  const before = wishes();
  for (const [second, speaker] of [3, 8, 0, 5].entries()) {
    look(10_000 * (second + 1), [speaker]);
    expect(wishes()).toEqual(before);
  }
});

test('every microphone is received in a call of 40, and those of the last twelve speakers in a larger one', () => {
  const { look, received, join } = call(39);
  look(0, [38]);
  expect(received('microphone')).toHaveLength(39);
  join();
  look(10_000, [39, 20], true);
  expect(received('microphone')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 39]);
  look(20_000, [38, 39, 20], true);
  expect(received('microphone')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 38, 39]);
  look(30_000, [38, 39, 20]);
  expect(received('microphone')).toHaveLength(40);
});
