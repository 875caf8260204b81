import type { Consumer, ConsumerDump, ConsumerLayers } from 'mediasoup/types';
import { beforeEach, expect, test } from 'vitest';
import { LayerWatch } from '../../../src/server/media/layer-watch.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/session-bench.ts';

/** What the engine knows of a receiver's picture, and what it was told to prefer. */
class Engine {
  paused = false;
  currentLayers: ConsumerLayers | undefined = { spatialLayer: 0, temporalLayer: 2 };
  preferredLayers: ConsumerLayers | undefined = { spatialLayer: 2, temporalLayer: 2 };
  /** The layers that it has chosen, -1 for none. */
  targetSpatialLayer = 0;
  readonly told: ConsumerLayers[] = [];

  dump(): ReturnType<Consumer['dump']> {
    return Promise.resolve({ targetSpatialLayer: this.targetSpatialLayer } as ConsumerDump);
  }

  setPreferredLayers(layers: ConsumerLayers): Promise<void> {
    this.told.push(layers);
    return Promise.resolve();
  }
}

let engine: Engine;
let clock: FakeClock;
let watch: LayerWatch;
beforeEach(() => {
  engine = new Engine();
  clock = new FakeClock();
  watch = new LayerWatch(engine, clock);
});

test('some time after the last key frame, the engine is made to look once, and is left with what it preferred', () => {
  watch.keyFrame();
  clock.advance(99);
  watch.keyFrame();
  clock.advance(99);
  expect(engine.told).toEqual([]);
  clock.advance(10_000);
  expect(engine.told).toEqual([
    { spatialLayer: 2, temporalLayer: 1 },
    { spatialLayer: 2, temporalLayer: 2 },
  ]);
  watch.keyFrame();
  clock.advance(10_000);
  expect(engine.told).toHaveLength(4);
});

test('with one rate only preferred, another one is named in between', () => {
  engine.preferredLayers = { spatialLayer: 2, temporalLayer: 0 };
  watch.keyFrame();
  clock.advance(1_000);
  expect(engine.told).toEqual([
    { spatialLayer: 2, temporalLayer: 1 },
    { spatialLayer: 2, temporalLayer: 0 },
  ]);
});

test('when nothing is sent, it is made to look at once, unless it has chosen something already', async () => {
  engine.currentLayers = undefined;
  watch.keyFrame();
  clock.advance(0);
  await settled();
  expect(engine.told).toEqual([]);
  engine.targetSpatialLayer = -1;
  watch.keyFrame();
  clock.advance(0);
  watch.cancel(); // while it is asked what it has chosen
  await settled();
  expect(engine.told).toEqual([]);
  watch.keyFrame();
  clock.advance(0);
  await settled();
  expect(engine.told).toHaveLength(2);
});

test('who gets what it has use for, or nothing for now, is left alone', () => {
  for (const change of [
    { currentLayers: { spatialLayer: 2, temporalLayer: 0 } },
    { preferredLayers: undefined },
    { paused: true },
  ]) {
    const other = Object.assign(new Engine(), change);
    new LayerWatch(other, clock).keyFrame();
    expect(clock.waiting).toBe(0);
  }
  watch.keyFrame();
  engine.currentLayers = { spatialLayer: 2, temporalLayer: 2 };
  clock.advance(1_000);
  expect(engine.told).toEqual([]);
});

test('what is preferred by then, and the end, call it off', () => {
  watch.keyFrame();
  watch.cancel();
  clock.advance(1_000);
  expect(engine.told).toEqual([]);
  watch.keyFrame();
  clock.advance(1_000);
  expect(engine.told).toHaveLength(2);
});
