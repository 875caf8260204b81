import { expect, test } from 'vitest';
import { Patience } from '../../../src/client/media/patience.ts';

/** Looks once a second at 1,000 packets a second, of which so many were asked for again. Answers how long to wait each time, in ms. */
function waits(nacks: readonly number[], roundTripMs = 40): (number | null)[] {
  const patience = new Patience();
  let all = 0;
  return nacks.map((more, second) =>
    patience.look({ packets: (second + 1) * 1_000, nacks: (all += more), roundTripMs }, second * 1_000),
  );
}

test('a line that loses packets is waited for, as long as they can be sent again', () => {
  expect(waits([0, 50, 50])).toEqual([null, 300, 300]);
  expect(waits([50], 100)).toEqual([450]);
  expect(waits([50], 600)).toEqual([500]);
});

test('for 20 s after the last loss, then as the browser likes', () => {
  expect(waits([50, ...Array<number>(22).fill(0)]).indexOf(null)).toBe(20);
});

test('a packet lost now and then changes nothing', () => {
  expect(waits([5, 3, 0, 4]).every((wait) => wait === null)).toBe(true);
});

test('looks that come faster see the same', () => {
  const patience = new Patience();
  const look = (packets: number, nacks: number, atMs: number): number | null =>
    patience.look({ packets, nacks, roundTripMs: 0 }, atMs);
  look(1_000, 0, 0);
  expect(look(1_010, 1, 10)).toBe(null); // one of ten, but of a hundredth of a second
  expect(look(2_000, 1, 1_000)).toBe(null);
  expect(look(3_000, 51, 2_000)).toBe(200);
});
