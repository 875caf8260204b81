import { describe, expect, test } from 'vitest';
import { batchSize, stepBelow } from '../../../src/server/telemetry/batches.ts';
import type { Traffic } from '../../../src/server/media/types.ts';
import { labelValues, Metrics } from '../../../src/server/telemetry/metrics.ts';
import { closeCodes, requestErrors, type CloseReason } from '../../../src/shared/protocol/errors.ts';

/** A router with nothing to do. */
const quiet = {
  calls: () => 0,
  participants: () => 0,
  mediaProcesses: () => 1,
  traffic: async () => Promise.resolve<Traffic[]>([]),
  datagrams: () => ({ received: 0, sent: 0, lost: 0 }),
  certificateUntilMs: () => undefined,
};

/** What does not change by the mere passing of time. */
async function steady(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => !/^(#|$|sotto_(resident|cpu|event_loop))/.test(line));
}

describe('metrics', () => {
  test('tell of nothing before there are five of a kind, and then of the five', async () => {
    using metrics = new Metrics(quiet);
    const happen = (): void => {
      metrics.callEnded('empty', 3, 12);
      metrics.socketEnded('left');
      metrics.requestRefused('call-full');
      metrics.scrubbed(80);
      metrics.mediaDied();
    };
    const before = await steady(metrics);
    for (let count = 1; count < batchSize; count += 1) happen();
    expect(await steady(metrics)).toEqual(before);
    happen();
    expect(await steady(metrics)).toEqual(
      expect.arrayContaining([
        'sotto_calls_ended_total{reason="empty"} 5',
        'sotto_call_participants_bucket{le="4"} 5',
        'sotto_call_participants_bucket{le="2"} 0',
        'sotto_call_minutes_bucket{le="15"} 5',
        'sotto_sockets_ended_total{reason="left"} 5',
        'sotto_requests_refused_total{code="call-full"} 5',
        'sotto_scrub_pause_seconds_bucket{le="0.1"} 5',
        'sotto_media_processes_died_total 5',
      ]),
    );
  });

  test('count kinds apart: four of each of two tell nothing', async () => {
    using metrics = new Metrics(quiet);
    const before = await steady(metrics);
    for (const reason of ['left', 'malformed'] as const)
      for (let count = 1; count < batchSize; count += 1) metrics.socketEnded(reason);
    expect(await steady(metrics)).toEqual(before);
  });

  test('tell of the present in steps', async () => {
    expect([0, 4, 5, 9, 10, 19, 20, 49, 50, 99, 100, 199, 500].map(stepBelow)).toEqual([
      0, 0, 5, 5, 10, 10, 20, 20, 50, 50, 100, 100, 500,
    ]);
    using metrics = new Metrics({ ...quiet, calls: () => 12, participants: () => 49 });
    expect(await steady(metrics)).toEqual(expect.arrayContaining(['sotto_calls 10', 'sotto_participants 20']));
  });

  test('tell of traffic coarsely, and of lines in steps: one call more or less makes no difference', async () => {
    const line = (bits: number, loss: number): Traffic => ({
      bitsIn: bits,
      bitsOut: 2 * bits,
      lossIn: loss,
      lossOut: 0,
    });
    const traffic = [...Array.from({ length: 6 }, () => line(2e6, 0.02)), line(3e6, 0.2)];
    using metrics = new Metrics({
      ...quiet,
      mediaProcesses: () => 7,
      traffic: async () => Promise.resolve(traffic),
      datagrams: () => ({ received: 19_999, sent: 20_000, lost: 299 }),
    });
    expect(await steady(metrics)).toEqual(
      expect.arrayContaining([
        'sotto_media_processes 5',
        'sotto_udp_datagrams{direction="in"} 10000',
        'sotto_udp_datagrams{direction="out"} 20000',
        'sotto_udp_datagrams_lost 200',
        'sotto_media_bits_per_second{direction="in"} 10000000',
        'sotto_media_bits_per_second{direction="out"} 30000000',
        'sotto_media_lines{direction="in",loss="over-5-percent"} 0',
        'sotto_media_lines{direction="in",loss="over-1-percent"} 5',
        'sotto_media_lines{direction="out",loss="less"} 5',
      ]),
    );
  });

  test("tell of each self-call at once, for it is nobody's", async () => {
    using metrics = new Metrics(quiet);
    expect((await steady(metrics)).join()).not.toContain('self_call_ok{');
    metrics.selfCalled({ udp: { ok: false, at: 'path' }, tcp: { ok: true, seconds: 0.4, delays: [0.0008, 0.003] } });
    expect(await steady(metrics)).toEqual(
      expect.arrayContaining([
        'sotto_self_call_ok{transport="udp"} 0',
        'sotto_self_call_ok{transport="tcp"} 1',
        'sotto_self_call_seconds_bucket{le="0.5",transport="tcp"} 1',
        'sotto_forwarding_delay_seconds_bucket{le="0.001",transport="tcp"} 1',
        'sotto_forwarding_delay_seconds_count{transport="tcp"} 2',
      ]),
    );
    expect(await metrics.text()).not.toContain('sotto_forwarding_delay_seconds_count{transport="udp"}');
  });

  test('tell when the certificate ends, if there is one', async () => {
    const ends = async (untilMs: number | undefined): Promise<string[]> => {
      using metrics = new Metrics({ ...quiet, certificateUntilMs: () => untilMs });
      return (await steady(metrics)).filter((line) => line.startsWith('sotto_certificate'));
    };
    expect(await ends(undefined)).toEqual([]);
    expect(await ends(1_800_000_000_000)).toEqual(['sotto_certificate_ends_seconds 1800000000']);
  });

  test('have labels of closed sets only, and none that names anybody', async () => {
    using metrics = new Metrics({ ...quiet, calls: () => 7, participants: () => 7 });
    for (let count = 0; count < batchSize; count += 1) {
      for (const reason of Object.keys(closeCodes) as CloseReason[]) metrics.socketEnded(reason);
      for (const code of requestErrors) metrics.requestRefused(code);
      for (const reason of ['empty', 'media-failed', 'router-stopping'] as const) metrics.callEnded(reason, 2, 1);
      metrics.scrubbed(10);
    }
    const passed = { ok: true, seconds: 1, delays: [0.001] } as const;
    metrics.selfCalled({ udp: passed, tcp: passed });
    const text = await metrics.text();
    const labels = [...text.matchAll(/([a-z]+)="([^"]*)"/g)].filter(([, name]) => name !== 'le');
    expect(labels.length).toBeGreaterThan(Object.keys(closeCodes).length + requestErrors.length);
    for (const [, name = '', value = ''] of labels) expect(labelValues[name]).toContain(value);
    for (const line of text.split('\n')) expect(line).toMatch(/^(#.*|sotto_[a-z_]+(\{[^}]*\})? [0-9.e+-]+|)$/);
  });
});
