import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeResults } from '../../src/tools/call/results.ts';
import { runCall } from '../../src/tools/call/run-call.ts';
import { readScenario } from '../../src/tools/call/scenario/scenario.ts';

test('a call over a lossy line: everything takes the line, and the report says what it did to each stream', async () => {
  const scenario = readScenario(
    JSON.stringify({
      seconds: 9,
      people: [{ network: 'lossy-5' }, { network: 'good' }],
      events: [
        { at: 3, who: 2, does: 'share' },
        { at: 7, who: 2, does: 'network', network: 'cut-5s' },
      ],
    }),
  );
  const result = await runCall({
    scenario,
    seed: '1',
    height: 180,
    framesPerSecond: 15,
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  const { streams, network, verdicts } = result.report;
  const of = (to: number, source: string) => streams.find((stream) => stream.to === to && stream.source === source);

  // All of a call of two, both ways: some 50 packets of sound a second each, and the video's.
  const [lossy, good] = network?.lines ?? [];
  expect(network?.lines.map((line) => line.network)).toEqual(['lossy-5', 'cut-5s']);
  for (const counts of [lossy?.up, lossy?.down]) {
    const { packets = 0, lost = 0 } = counts ?? {};
    expect(packets).toBeGreaterThan(500);
    expect(lost / packets).toBeGreaterThan(0.025);
    expect(lost / packets).toBeLessThan(0.08);
  }
  expect(good).toMatchObject({ up: { lost: 0 }, down: { lost: 0 } });

  for (const to of [1, 2]) {
    expect(of(to, 'camera')?.framesDecoded).toBeGreaterThan(30);
    expect(of(to, 'camera')?.bitrate).toBeGreaterThan(10_000);
    expect(of(to, 'camera')?.heights[0]?.height).toBeGreaterThanOrEqual(90);
    const { heardSeconds = 0, concealedShare = 0, bitrate = 0 } = of(to, 'microphone') ?? {};
    expect(heardSeconds).toBeGreaterThan(5);
    // One direction or the other loses 5 in 100 packets of sound, and nothing repeats them.
    expect(concealedShare).toBeGreaterThan(0.005);
    expect(concealedShare).toBeLessThan(0.3);
    expect(bitrate).toBeGreaterThan(20_000);
  }
  expect(of(1, 'screen')?.framesDecoded).toBeGreaterThan(10);
  expect(of(2, 'screen')).toBeUndefined();
  expect(
    verdicts.filter(({ rule }) => ['received', 'sound', 'opened'].includes(rule)).map(({ faults }) => faults),
  ).toEqual([[], [], []]);

  const directory = await mkdtemp(join(tmpdir(), 'sotto-results-'));
  await writeResults(directory, result, undefined);
  const written = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as {
    streams: { overTime: { atMs: number; height: number }[] }[];
  };
  for (const { overTime } of written.streams) expect(overTime.length).toBeGreaterThan(5);
  const picture = await readFile(join(directory, 'over-time.svg'), 'utf8');
  for (const words of ['lines of the picture', 'kbit/s', 'to 1', 'from 2 screen', '1 on lossy-5'])
    expect(picture).toContain(words);
  await rm(directory, { recursive: true });
});
