import { describe, expect, test } from 'vitest';
import { SimulcastLayers } from '../../../src/client/media/simulcast.ts';

type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

/** A sender that takes only what it gave out last, as browsers do. */
function sender(encodings: readonly Encoding[]) {
  let now = { encodings: structuredClone([...encodings]) };
  let given: unknown;
  const fake = {
    getParameters: () => (given = structuredClone(now)),
    setParameters: (next: typeof now) => {
      if (next !== given) return Promise.reject(new Error('stale'));
      given = undefined;
      now = structuredClone(next);
      return Promise.resolve();
    },
  };
  return { sender: fake as unknown as RTCRtpSender, encodings: () => now.encodings };
}

const three = [4, 2, 1].map((scaleResolutionDownBy) => ({ scaleResolutionDownBy, scalabilityMode: 'L1T3' }));

describe('simulcast', () => {
  test('is encoded up to the layer that is wanted, and not at all when nothing is', async () => {
    const { sender: own, encodings } = sender(three);
    const layers = new SimulcastLayers(own);
    const active = () => encodings().map((encoding) => encoding.active);
    await layers.want({ spatial: 1, temporal: 2 });
    expect(active()).toEqual([true, true, false]);
    await layers.want(null);
    expect(active()).toEqual([false, false, false]);
    await layers.want({ spatial: 4, temporal: 4 });
    expect(active()).toEqual([true, true, true]);
  });

  test('goes by the sizes, whatever order the browser has them in', async () => {
    const { sender: own, encodings } = sender(three.toReversed());
    await new SimulcastLayers(own).want({ spatial: 0, temporal: 2 });
    expect(encodings().map((encoding) => encoding.active)).toEqual([false, false, true]);
  });

  test('has as many frames as are wanted, in layers that mean the same as before', async () => {
    const { sender: own, encodings } = sender(three);
    const layers = new SimulcastLayers(own);
    for (const [temporal, maxFramerate, scalabilityMode] of [
      [1, 15, 'L1T2'],
      [0, 7.5, 'L1T1'],
      [2, 30, 'L1T3'],
    ] as const) {
      await layers.want({ spatial: 2, temporal });
      for (const encoding of encodings()) expect(encoding).toMatchObject({ maxFramerate, scalabilityMode });
    }
  });

  test('of one layer of frames keeps all of them', async () => {
    const { sender: own, encodings } = sender([{ scaleResolutionDownBy: 1 }]);
    await new SimulcastLayers(own).want({ spatial: 0, temporal: 0 });
    expect(encodings()).toEqual([{ scaleResolutionDownBy: 1, active: true }]);
  });

  test('takes one change after the other, in order', async () => {
    const { sender: own, encodings } = sender(three);
    const layers = new SimulcastLayers(own);
    await Promise.all([
      layers.want(null),
      layers.want({ spatial: 2, temporal: 2 }),
      layers.want({ spatial: 0, temporal: 1 }),
    ]);
    expect(encodings().map((encoding) => encoding.active)).toEqual([true, false, false]);
  });
});
