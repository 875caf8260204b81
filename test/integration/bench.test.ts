import { expect, test } from 'vitest';
import { measureForwarding } from '../../src/tools/bench/forwarding/run.ts';
import { measureAdmissions } from '../../src/tools/bench/join/admissions.ts';
import { measureMemory } from '../../src/tools/bench/memory/run.ts';
import { measureRekeys } from '../../src/tools/bench/rekey/run.ts';
import { measureSignalling } from '../../src/tools/bench/signalling/run.ts';
import { Janus } from '../../src/tools/bench/systems/janus.ts';
import { OwnRouter } from '../../src/tools/call/own-router.ts';

const quiet = { progress: () => undefined, signal: new AbortController().signal } as const;
const tiny = { rate: 50, bytes: 200, windows: 1, seconds: 1, ...quiet } as const;

test('forwarding is measured with real peers, over GCM everywhere, and all is delivered', async () => {
  const report = await measureForwarding({ ...tiny, media: 'sound', senders: 1, receivers: 2 });
  for (const name of ['ours', 'mediasoup', ...(Janus.isInstalled ? (['janus'] as const) : [])] as const) {
    expect(report.srtp[name]).toBe('AEAD_AES_128_GCM');
    expect(report.delivered[name]).toBeGreaterThan(0.97);
    expect(report[name]?.min).toBeGreaterThan(0);
    expect(report[name]?.max).toBeGreaterThanOrEqual(report[name]?.median ?? Infinity);
    expect(report.hopMs[name]?.p50).toBeGreaterThan(0);
  }
  expect(report.ratioToMediasoup).toBeGreaterThan(0);
  if (!Janus.isInstalled) expect([report.janus, report.ratioToJanus]).toEqual([null, null]);
}, 60_000);

test('of three who send pictures to each other, everybody receives everybody', async () => {
  const report = await measureForwarding({ ...tiny, media: 'picture', senders: 3, receivers: 0 });
  // How much of them is the estimates' to say, which a busy machine keeps low.
  expect(report.delivered.mediasoup).toBeGreaterThan(0.1);
  expect(report.delivered.ours).toBeGreaterThan(0.1);
  expect(report.srtp).toMatchObject({ ours: 'AEAD_AES_128_GCM', mediasoup: 'AEAD_AES_128_GCM' });
}, 90_000);

test('a join costs the router something, and its X25519 gives the bytes that others give', async () => {
  await using router = await OwnRouter.start();
  const admissions = await measureAdmissions(router, 12);
  expect(admissions.joins).toBeGreaterThanOrEqual(12);
  expect(admissions.perSecondOnOneCore).toBeCloseTo(1e9 / admissions.nsPerJoin, -1);
  expect(admissions.x25519.factor).toBeGreaterThan(1);
}, 60_000);

test('after a leave, new keys are held before they are in use, and opened after', async () => {
  const { rekeys } = await measureRekeys({ sizes: [3], tries: 1, ...quiet });
  const [times] = rekeys;
  expect(times?.staying).toBe(3);
  // ENCRYPTION "Rotate on a leave": in use 2 s after it was given.
  expect(times?.sealedMs.min).toBeGreaterThan(1_500);
  expect(times?.heldMs.max).toBeLessThan(times?.sealedMs.min ?? 0);
  expect(times?.openedMs.min).toBeGreaterThan(1_500);
}, 60_000);

test('everybody’s messages are delivered beside idle sockets', async () => {
  const report = await measureSignalling({ idle: 30, participants: 3, rate: 10, windows: 1, seconds: 1, ...quiet });
  expect(report).toMatchObject({ idleSockets: 30, sentPerSecond: 30, delivered: 1 });
  expect(report.delayMs.p50).toBeGreaterThan(0);
}, 60_000);

test('memory is that of each system’s own processes', async () => {
  const report = await measureMemory({ participants: 3, settlingSeconds: 0, ...quiet });
  expect(report.ours?.idle.signalling).toBeGreaterThan(10_000);
  expect(report.mediasoup?.idle.media).toBeGreaterThan(500);
  expect(report.janus === null).toBe(!Janus.isInstalled);
  expect(report.janus?.idle.signalling ?? null).toBeNull();
}, 60_000);
