import { expect, test } from 'vitest';
import { joinsOf } from '../../../../src/tools/call/outcome/joins.ts';
import type { Happening } from '../../../../src/tools/call/observed.ts';
import type { StreamReport } from '../../../../src/tools/call/report.ts';

function happening(who: number, does: 'join' | 'leave', atMs: number): Happening {
  return { who, does, what: '', atMs };
}

function came(from: number, to: number, source: string, firstFrameMs: number | null): StreamReport {
  return { from, to, source, firstFrameMs } as StreamReport;
}

const mark = { pageMs: 90, socketMs: 30, admittedMs: 100, keyMs: 300, joinedMs: 320 };

test('a first picture counts from the click, of those who were there before', () => {
  const joins = joinsOf({
    happenings: [happening(1, 'join', -900), happening(2, 'join', -500), happening(3, 'join', 1_000)],
    marks: [mark, mark, { ...mark, joinedMs: 420 }],
    joinMs: [320, 300, 400],
    streams: [
      came(2, 1, 'camera', 50),
      came(1, 2, 'camera', 600),
      came(1, 2, 'microphone', null),
      came(3, 2, 'camera', 70),
      came(1, 3, 'camera', 700),
      came(2, 3, 'microphone', 650),
      came(2, 3, 'screen', 900),
    ],
  });
  expect(joins).toEqual([
    { who: 1, marks: mark, first: [] },
    {
      who: 2,
      marks: mark,
      // The SDK's time began 20 ms after the click.
      first: [
        { from: 1, source: 'camera', ms: 620 },
        { from: 1, source: 'microphone', ms: null },
      ],
    },
    {
      who: 3,
      marks: { ...mark, joinedMs: 420 },
      first: [
        { from: 1, source: 'camera', ms: 720 },
        { from: 2, source: 'microphone', ms: 670 },
      ],
    },
  ]);
});

test('who had left is not waited for, who never joined is not shown, and of two joins the first is', () => {
  const joins = joinsOf({
    happenings: [
      happening(1, 'join', -500),
      happening(1, 'leave', 500),
      happening(2, 'join', 1_000),
      happening(2, 'leave', 2_000),
      happening(2, 'join', 3_000),
      happening(3, 'join', 4_000),
    ],
    marks: [mark, mark, { pageMs: 80 }],
    joinMs: [320, 320, null],
    streams: [came(1, 2, 'camera', 400)],
  });
  expect(joins).toEqual([
    { who: 1, marks: mark, first: [] },
    { who: 2, marks: mark, first: [] },
  ]);
});
