import { expect, test } from 'vitest';
import { measureForwarding } from '../../src/tools/bench/forwarding/run.ts';
import { Janus } from '../../src/tools/bench/systems/janus.ts';

const tiny = { rate: 50, bytes: 200, windows: 1, seconds: 1, progress: () => undefined } as const;

test('forwarding is measured with real peers, over GCM everywhere, and all is delivered', async () => {
  const { signal } = new AbortController();
  const shape = { media: 'sound', senders: 1, receivers: 2 } as const;
  const report = await measureForwarding({ ...tiny, ...shape, signal });
  const names = ['ours', 'mediasoup', ...(Janus.isInstalled ? (['janus'] as const) : [])] as const;
  for (const name of names) {
    expect(report.srtp[name]).toBe('AEAD_AES_128_GCM');
    expect(report.delivered[name]).toBe(1);
    expect(report[name]?.min).toBeGreaterThan(0);
    expect(report[name]?.max).toBeGreaterThanOrEqual(report[name]?.median ?? Infinity);
    expect(report.hopMs[name]?.p50).toBeGreaterThan(0);
  }
  expect(report.ratioToMediasoup).toBeGreaterThan(0);
  if (!Janus.isInstalled) expect([report.janus, report.ratioToJanus]).toEqual([null, null]);
}, 60_000);

test('everybody receives everybody’s pictures', async () => {
  const { signal } = new AbortController();
  const report = await measureForwarding({ ...tiny, media: 'picture', senders: 3, receivers: 0, signal });
  expect(report.delivered.mediasoup).toBeGreaterThan(0.9);
  expect(report.delivered.ours).toBeGreaterThan(0.9);
}, 90_000);
