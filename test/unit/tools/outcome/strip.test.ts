import { expect, test } from 'vitest';
import type { Course, Point } from '../../../../src/tools/call/course.ts';
import type { HarnessStream } from '../../../../src/tools/call/harness-api.ts';
import { profiles } from '../../../../src/tools/call/network/profiles.ts';
import { stripOf } from '../../../../src/tools/call/outcome/strip.ts';
import type { Span } from '../../../../src/tools/call/scenario/scenario.ts';

const well: Omit<Point, 'atMs' | 'forMs'> = {
  frames: 5,
  freezes: 0,
  freezeSeconds: 0,
  heardSeconds: 0.25,
  energy: 0.1,
  undecryptable: 0,
  replayed: 0,
  paused: false,
  height: 360,
  bitrate: 100_000,
  layer: 1,
};

/** What 2 received of 1, looked at every 250 ms for 4 s. `differs`: by the time of the look, in ms; `false`: no look. */
function course(source: string, differs: (atMs: number) => Partial<Point> | false = () => ({})): Course {
  const points = Array.from({ length: 17 }, (_, index) => index * 250).flatMap((atMs): Point[] => {
    const told = differs(atMs);
    return told === false ? [] : [{ atMs, forMs: atMs === 0 ? 0 : 250, ...well, ...told }];
  });
  return { from: 1, to: 2, source, points, last: {} as HarnessStream, firstFrameMs: 100 };
}

const inCall = [1, 2].map((who): Span => ({ who, what: 'call', from: 0, to: 4 }));
const camera: Span = { who: 1, what: 'camera', from: 0, to: 4 };

function stretches(of: Course, spans: readonly Span[] = [...inCall, camera]): string[] {
  const [row] = stripOf({ courses: [of], spans, lines: [], seconds: 4, height: 360 });
  return (row?.stretches ?? []).map(({ fromMs, toMs, state }) => `${fromMs}-${toMs} ${state}`);
}

test('a picture as high as it is sent all the time is one stretch', () => {
  expect(stretches(course('camera'))).toEqual(['0-4000 full']);
});

test('fewer lines than sent are a smaller layer', () => {
  expect(stretches(course('camera', (atMs) => ({ height: atMs > 1_000 ? 180 : 360 })))).toEqual([
    '0-1000 full',
    '1000-4000 low',
  ]);
});

test('half a second without a new picture stands still, a look without one does not', () => {
  const still = (atMs: number): Partial<Point> => ({
    frames: (atMs > 1_000 && atMs <= 1_500) || atMs === 2_500 ? 0 : 5,
  });
  expect(stretches(course('camera', still))).toEqual(['0-1000 full', '1000-1500 frozen', '1500-4000 full']);
});

test('sound that did not really come stands still, whatever was made up for it', () => {
  const silent = (atMs: number): Partial<Point> => ({
    frames: 0,
    heardSeconds: atMs > 2_000 && atMs <= 3_000 ? 0 : 0.2,
  });
  expect(stretches(course('microphone', silent))).toEqual(['0-2000 full', '2000-3000 frozen', '3000-4000 full']);
});

test('what could not be opened, and what is paused, are not taken for a freeze', () => {
  const told = (atMs: number): Partial<Point> =>
    atMs > 3_000 ? { frames: 0, paused: true } : atMs > 2_000 ? { frames: 0, undecryptable: 3 } : {};
  expect(stretches(course('camera', told))).toEqual(['0-2000 full', '2000-3000 closed', '3000-4000 paused']);
});

test('before the first look a stream that is on is awaited, and where it is off it is not expected', () => {
  const late = course('camera', (atMs) => (atMs < 1_500 ? false : atMs === 1_500 ? { forMs: 0 } : {}));
  expect(stretches(late, [...inCall, { ...camera, from: 1, to: 3 }])).toEqual([
    '0-1000 none',
    '1000-1500 awaited',
    '1500-3000 full',
    '3000-4000 none',
  ]);
});

test('what has not come yet since it was turned on does not stand still: it is awaited', () => {
  const late = course('camera', (atMs) => ({ frames: atMs <= 1_000 || (atMs > 2_000 && atMs <= 3_000) ? 0 : 5 }));
  const spans = [...inCall, { ...camera, to: 1.5 }, { ...camera, from: 2 }];
  expect(stretches(late, spans)).toEqual([
    '0-1000 awaited',
    '1000-1500 full',
    '1500-2000 none',
    '2000-3000 awaited',
    '3000-4000 full',
  ]);
});

test('between the last look and its end a stream is as it was', () => {
  const gone = course('camera', (atMs) => (atMs > 2_000 ? false : { height: atMs > 1_750 ? 180 : 360 }));
  const spans = [...inCall, { ...camera, to: 2.4 }];
  expect(stretches(gone, spans)).toEqual(['0-1750 full', '1750-2400 low', '2400-4000 none']);
});

test('the time for which a stream was away is not what its next look says', () => {
  const away = course('camera', (atMs) =>
    atMs > 500 && atMs < 3_500 ? false : atMs === 3_500 ? { forMs: 3_000 } : {},
  );
  expect(stretches(away)).toEqual(['0-500 full', '500-3250 awaited', '3250-4000 full']);
});

test('a cut of either line is in the row of the two while it is on', () => {
  const lines = [{ who: 1, profile: profiles['cut-5s'], fromMs: 0, toMs: 60_000 }];
  const spans = [1, 2].flatMap((who) =>
    (['call', 'camera'] as const).map((what) => ({ who, what, from: 0, to: what === 'camera' && who === 1 ? 7 : 60 })),
  );
  const rows = stripOf({ courses: [course('camera'), course('microphone')], spans, lines, seconds: 60, height: 360 });
  expect(rows.map(({ cuts }) => cuts)).toEqual([[{ fromMs: 5_000, toMs: 7_000 }], [{ fromMs: 5_000, toMs: 10_000 }]]);
});
