import { expect, test } from 'vitest';
import { layersFor } from '../../../src/server/calls/layers.ts';

test.each([
  [1080, 2],
  [720, 2],
  [360, 1],
  [180, 0],
  [90, 0],
])('of three sizes, who wants %i pixels of height gets number %i', (height, spatial) => {
  expect(layersFor({ height, framesPerSecond: 30 }, { spatial: 3, temporal: 3 }).spatial).toBe(spatial);
});

test.each([
  [60, 2],
  [30, 2],
  [24, 2],
  [15, 1],
  [12, 1],
  [7, 0],
  [1, 0],
])('of three rates, who wants %i frames a second gets number %i, which is not slower', (framesPerSecond, temporal) => {
  expect(layersFor({ height: 720, framesPerSecond }, { spatial: 3, temporal: 3 }).temporal).toBe(temporal);
});

test('with fewer layers the largest is still the largest, and there is always one', () => {
  expect(layersFor({ height: 720, framesPerSecond: 30 }, { spatial: 2, temporal: 1 })).toEqual({
    spatial: 1,
    temporal: 0,
  });
  expect(layersFor({ height: 90, framesPerSecond: 1 }, { spatial: 1, temporal: 1 })).toEqual({
    spatial: 0,
    temporal: 0,
  });
});
