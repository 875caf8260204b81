import { expect, test } from 'vitest';
import { isStuck, look, noReception, type Counts } from '../../../src/client/call/reception.ts';

const counts = (decoded: number, opened = decoded, undecryptable = 0): Counts => ({ decoded, opened, undecryptable });

/** The states after looks at these times. */
function states(looks: readonly (readonly [number, Counts])[]): string[] {
  let reception = noReception;
  return looks.map(([nowMs, now]) => {
    reception = look(reception, now, nowMs);
    return reception.state;
  });
}

test('a stream is waited for until its first frame is decoded', () => {
  expect(
    states([
      [0, counts(0)],
      [100, counts(0, 1)],
      [200, counts(1)],
      [300, counts(1)],
    ]),
  ).toEqual(['waiting', 'waiting', 'on', 'on']);
});

test('when the first frame came is kept', () => {
  const first = look(look(noReception, counts(0), 100), counts(3), 200);
  expect(look(first, counts(9), 900).firstFrameAtMs).toBe(200);
});

test('two seconds of frames that do not open are undecryptable; a moment of them is not', () => {
  const looks: [number, Counts][] = [
    [0, counts(5)],
    [1_000, counts(5, 5, 10)],
    [2_000, counts(5, 5, 20)],
    [3_000, counts(5, 5, 30)],
  ];
  expect(states(looks)).toEqual(['on', 'on', 'on', 'undecryptable']);
});

test('frames that open again end it', () => {
  const looks: [number, Counts][] = [
    [0, counts(0, 0, 1)],
    [2_000, counts(0, 0, 9)],
    [3_000, counts(0, 1, 9)],
    [3_100, counts(1, 2, 9)],
  ];
  expect(states(looks)).toEqual(['waiting', 'undecryptable', 'waiting', 'on']);
});

test('a second of frames that open and are not decoded is a decoder that is stuck; one without frames is not', () => {
  const stuck = (looks: readonly (readonly [number, Counts])[]): boolean[] => {
    let reception = noReception;
    return looks.map(([nowMs, now]) => isStuck((reception = look(reception, now, nowMs)), nowMs));
  };
  const rows: [number, Counts][] = [
    [0, counts(5)],
    [500, counts(5, 10)],
    [1_400, counts(5, 20)],
    [1_500, counts(5, 21)],
    [2_000, counts(6, 26)],
    [3_500, counts(6, 27)],
  ];
  expect(stuck(rows)).toEqual([false, false, false, true, false, false]);
  expect(
    stuck([
      [0, counts(5)],
      [1_000, counts(5, 9)],
      [5_000, counts(5, 9)],
      [5_500, counts(5, 10)],
    ]),
  ).toEqual(Array(4).fill(false));
});
