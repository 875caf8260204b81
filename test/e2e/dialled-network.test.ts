import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeResults } from '../../src/tools/call/results.ts';
import { runCall } from '../../src/tools/call/run-call.ts';
import { readScenario } from '../../src/tools/call/scenario/scenario.ts';

test('a call over bad lines: everything takes its line, and the report says what the lines did to each stream', async () => {
  const scenario = readScenario(
    JSON.stringify({
      seconds: 10,
      people: [{ network: 'lossy-5' }, { network: 'cut-5s' }],
      events: [
        { at: 1, who: 2, does: 'share' },
        { at: 9, who: 1, does: 'network', network: 'good' },
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

  // Each way some 50 packets of sound a second, and the video's.
  const [lossy, cut] = network?.lines ?? [];
  expect([lossy?.network, cut?.network]).toEqual(['good', 'cut-5s']);
  for (const { packets, lost } of [lossy?.up, lossy?.down].filter((counts) => counts !== undefined)) {
    expect(packets).toBeGreaterThan(400);
    expect(lost / packets).toBeGreaterThan(0.02);
    expect(lost / packets).toBeLessThan(0.08);
  }
  expect(cut?.up).toMatchObject({ lost: 0 });
  expect(cut?.up.cut).toBeGreaterThan(200);

  for (const to of [1, 2]) {
    expect(of(to, 'camera')?.framesDecoded).toBeGreaterThan(30);
    expect(of(to, 'camera')?.bitrate).toBeGreaterThan(10_000);
    expect(of(to, 'camera')?.heights[0]?.height).toBeGreaterThanOrEqual(90);
    const { heardSeconds = 0, concealedShare = 0, bitrate = 0 } = of(to, 'microphone') ?? {};
    expect(heardSeconds).toBeGreaterThan(3);
    expect(concealedShare).toBeLessThan(0.5); // the cut
    expect(bitrate).toBeGreaterThan(10_000);
  }
  expect(of(1, 'screen')?.framesDecoded).toBeGreaterThan(10);
  expect(of(2, 'screen')).toBeUndefined();

  // Nothing finds a way past the relay while it lets nothing through; what was on its way has come by then.
  for (const { points } of result.courses) {
    const meanwhile = points.filter(({ atMs }) => atMs > 6_500 && atMs < 9_500);
    expect(meanwhile.length).toBeGreaterThan(3);
    for (const { frames, heardSeconds, bitrate } of meanwhile.slice(1)) {
      expect(frames).toBe(0);
      expect(heardSeconds).toBeLessThan(0.01);
      expect(bitrate).toBe(0);
    }
  }
  const faults = verdicts.filter(({ rule }) => ['received', 'opened', 'sound', 'moving', 'back'].includes(rule));
  expect(faults.flatMap((verdict) => verdict.faults)).toEqual([]);

  const directory = await mkdtemp(join(tmpdir(), 'sotto-results-'));
  await writeResults(directory, result, { command: 'sotto call' });
  const written = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as {
    streams: { overTime: { atMs: number; height: number }[] }[];
  };
  for (const { overTime } of written.streams) expect(overTime.length).toBeGreaterThan(5);
  const picture = await readFile(join(directory, 'over-time.svg'), 'utf8');
  for (const words of ['lines of the picture', 'kbit/s', 'to 1', 'from 2 screen', '2 on cut-5s'])
    expect(picture.includes(words), words).toBe(true);
  await rm(directory, { recursive: true });
});
