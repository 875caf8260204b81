import { expect, test } from 'vitest';
import { matrixOf } from '../../../../src/tools/call/outcome/matrix.ts';
import type { StreamReport } from '../../../../src/tools/call/report.ts';

function stream(from: number, to: number, source: string, differs: Partial<StreamReport> = {}): StreamReport {
  return {
    from,
    to,
    source,
    framesDecoded: 300,
    framesPerSecond: 19.5,
    frameWidth: 640,
    frameHeight: 360,
    totalAudioEnergy: 1,
    firstFrameMs: 400,
    undecryptable: 0,
    lastUndecryptableMs: undefined,
    replayed: 0,
    paused: false,
    freezes: 2,
    freezeSeconds: 1.5,
    concealedShare: 0.01,
    heardSeconds: 14,
    layers: null,
    bitrate: 100_000,
    heights: [],
    ...differs,
  };
}

test('a row is a receiver, a column a sender, and nobody decodes itself', () => {
  const matrix = matrixOf(
    [stream(1, 2, 'camera'), stream(1, 2, 'microphone'), stream(2, 1, 'camera', { frameHeight: 180 })],
    2,
  );
  expect(matrix.map((row) => row.map((cell) => cell && [cell.to, cell.from]))).toEqual([
    [null, [1, 2]],
    [[2, 1], null],
  ]);
  expect(matrix[1]?.[0]).toEqual({
    from: 1,
    to: 2,
    camera: { framesPerSecond: 19.5, width: 640, height: 360, freezes: 2, freezeSeconds: 1.5 },
    screen: null,
    sound: { heardSeconds: 14, concealedShare: 0.01 },
    undecryptable: 0,
    replayed: 0,
  });
  expect(matrix[0]?.[1]).toMatchObject({ camera: { height: 180 }, sound: null });
});

test('what never decoded is nothing, and what failed adds up', () => {
  const [, [cell] = []] = matrixOf(
    [
      stream(1, 2, 'camera', { framesDecoded: 0, undecryptable: 4 }),
      stream(1, 2, 'microphone', { totalAudioEnergy: 0, undecryptable: 3, replayed: 1 }),
      stream(1, 2, 'screen', { framesPerSecond: 5 }),
    ],
    2,
  );
  expect(cell).toMatchObject({
    camera: null,
    sound: null,
    screen: { framesPerSecond: 5 },
    undecryptable: 7,
    replayed: 1,
  });
});
