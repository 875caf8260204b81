import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CodedError } from '../../src/shared/protocol/errors.ts';
import type { Params, Result } from '../../src/shared/protocol/requests.ts';
import type { Router } from '../../src/server/compose.ts';
import { MediaClient } from '../support/media-client.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';
import { startTestRouter, testPorts } from '../support/test-router.ts';
import { gone, runs, WatchedMedia } from '../support/watched-media.ts';

type SourceNotice = 'source.opened' | 'source.paused' | 'source.resumed' | 'source.closed';
type RtpParameters = Params<'producer.create'>['rtpParameters'];

const dtlsParameters = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};
const opus: RtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1111 }],
};
const vp8: RtpParameters = {
  mid: '1',
  codecs: [
    { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
    { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
  ],
  encodings: [
    { rid: 'q', scalabilityMode: 'L1T3' },
    { rid: 'h', scalabilityMode: 'L1T3' },
  ],
};

describe('media', () => {
  const media = new WatchedMedia();
  let router: Router;
  let address = 0;
  beforeAll(async () => {
    router = await startTestRouter({}, { wrapMedia: media.wrap });
  });
  afterAll(async () => {
    await router.close();
  });
  const enter = async (call: TestCall): Promise<TestClient & { joined: Result<'call.join'> }> => {
    const client = await TestClient.connect({ ...router, from: `127.5.0.${(address += 1)}` });
    return Object.assign(client, { joined: await client.join(call) });
  };

  test('a source is opened, told, received, paused, resumed and closed', async () => {
    const call = testCall();
    using anna = await enter(call);
    using ben = await enter(call);
    for (const direction of ['send', 'receive'] as const) {
      const transport = await ben.request('transport.create', { direction });
      expect(transport.iceCandidates.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
      expect(new Set(transport.iceCandidates.map(({ port }) => port)).size).toBe(1);
      expect(transport.dtlsParameters.fingerprints.map(({ algorithm }) => algorithm)).not.toContain('sha-1');
      await expect(ben.request('transport.create', { direction })).rejects.toThrow('transport-exists');
      await ben.request('transport.connect', { direction, dtlsParameters });
      await expect(ben.request('transport.connect', { direction, dtlsParameters })).rejects.toThrow(
        'transport-refused',
      );
    }
    await ben.request('producer.create', { source: 'microphone', rtpParameters: opus });
    await ben.request('producer.create', { source: 'camera', rtpParameters: vp8 });
    const { participantId } = ben.joined;
    const told = async (notice: SourceNotice): Promise<string[]> => {
      const { participantId: of, source } = await anna.notice(notice);
      return [of.key, source];
    };
    expect(await told('source.opened')).toEqual([participantId.key, 'microphone']);
    expect(await told('source.opened')).toEqual([participantId.key, 'camera']);

    const wanted = { height: 720 as const, framesPerSecond: 30 };
    const camera = { participantId, source: 'camera' as const };
    await expect(anna.request('subscription.set', { ...camera, wanted, priority: 1 })).rejects.toThrow(
      'transport-missing',
    );
    await anna.request('transport.create', { direction: 'receive' });
    const first = await anna.request('subscription.set', { ...camera, wanted, priority: 1 });
    const second = await anna.request('subscription.set', {
      ...camera,
      wanted: { ...wanted, height: 90 },
      priority: 0,
    });
    expect(second.consumer?.consumerId).toBe(first.consumer?.consumerId);
    const { headerExtensions, rtcp, codecs } = first.consumer?.rtpParameters ?? {};
    expect(headerExtensions?.map(({ uri }) => uri)).toEqual([
      'urn:ietf:params:rtp-hdrext:sdes:mid',
      'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    ]);
    expect(codecs?.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/rtx']);
    expect(rtcp?.cname).toMatch(/^[0-9a-f]{8}$/);
    await anna.request('consumer.resume', camera);
    await anna.request('consumer.request-key-frame', camera);
    const sound = { participantId, source: 'microphone' as const };
    const heard = await anna.request('subscription.set', { ...sound, wanted, priority: 255 });
    expect(heard.consumer?.rtpParameters.headerExtensions?.map(({ uri }) => uri)).toEqual([
      'urn:ietf:params:rtp-hdrext:sdes:mid',
    ]);

    await ben.request('producer.pause', { source: 'camera' });
    expect(await told('source.paused')).toEqual([participantId.key, 'camera']);
    using cleo = await enter(call);
    expect(cleo.joined.others.find(({ participantId: id }) => id.key === participantId.key)?.sources).toEqual([
      { source: 'microphone', paused: false },
      { source: 'camera', paused: true },
    ]);
    await ben.request('producer.resume', { source: 'camera' });
    expect(await told('source.resumed')).toEqual([participantId.key, 'camera']);
    await ben.request('producer.close', { source: 'camera' });
    expect(await told('source.closed')).toEqual([participantId.key, 'camera']);
    await expect(anna.request('consumer.resume', camera)).rejects.toThrow('source-missing');
    await expect(ben.request('producer.close', { source: 'camera' })).rejects.toThrow('source-missing');
    expect(await anna.request('subscription.set', { ...sound, wanted: null, priority: 0 })).toEqual({
      consumer: null,
      granted: null,
    });
    await expect(anna.request('consumer.resume', sound)).rejects.toThrow('source-missing');
  });

  test('what the router offers has no audio level, no capture time, and the codecs of the profile', async () => {
    using anna = await enter(testCall());
    const { codecs, headerExtensions } = anna.joined.rtpCapabilities;
    const withRtx = ['VP8', 'VP9', 'AV1'].flatMap((name) => [`video/${name}`, 'video/rtx']);
    expect(codecs.map(({ mimeType }) => mimeType)).toEqual(['audio/opus', ...withRtx]);
    expect(codecs[0]?.parameters).toEqual({ useinbandfec: 1, usedtx: 0 });
    expect([...new Set(headerExtensions.map(({ uri }) => uri.split(/[:/]/).at(-1)))]).toEqual([
      'mid',
      'rtp-stream-id',
      'repaired-rtp-stream-id',
      'draft-holmer-rmcat-transport-wide-cc-extensions-01',
      '#dependency-descriptor-rtp-header-extension',
    ]);
  });

  test('a source of the wrong kind, outside the profile, or twice is refused, and the socket stays', async () => {
    using anna = await enter(testCall());
    const open = async (source: 'microphone' | 'screen', rtpParameters: RtpParameters): Promise<unknown> =>
      anna.request('producer.create', { source, rtpParameters });
    await expect(open('microphone', opus)).rejects.toThrow('transport-missing');
    await anna.request('transport.create', { direction: 'send' });
    await expect(open('microphone', vp8)).rejects.toThrow('source-refused');
    await expect(open('screen', opus)).rejects.toThrow('source-refused');
    const level = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 6 };
    await expect(open('microphone', { ...opus, headerExtensions: [level] })).rejects.toThrow('source-refused');
    await open('microphone', opus);
    await expect(open('microphone', opus)).rejects.toThrow('source-exists');
    await expect(open('screen', { ...vp8, mid: '0' })).rejects.toThrow('source-refused'); // taken by the microphone
    await open('screen', vp8);
  });

  test('the media process is gone within 1 s of the last leave', async () => {
    using anna = await enter(testCall());
    const { pid } = media.engine;
    await anna.request('transport.create', { direction: 'send' });
    expect(runs(pid)).toBe(true);
    await anna.request('call.leave', {});
    expect(await gone(pid)).toBeLessThan(1000);
  });

  test('a media process that does not end by itself is killed within 1 s', async () => {
    using anna = await enter(testCall());
    const { pid } = media.engine;
    process.kill(pid, 'SIGSTOP');
    await anna.request('call.leave', {});
    expect(await gone(pid)).toBeLessThan(1000);
  });

  test('a media process that dies is replaced: everybody is told, speaks and hears anew, and no other call is touched', async () => {
    using bystander = await enter(testCall());
    const call = testCall();
    using anna = await enter(call);
    using ben = await enter(call);
    await using annas = await MediaClient.create(anna, '127.5.1.1', false);
    await using bens = await MediaClient.create(ben, '127.5.1.2', false);
    await annas.speak(80);
    await bens.hear(anna.joined.participantId);
    const { pid } = media.engine;
    process.kill(pid, 'SIGKILL');
    await Promise.all([anna.notice('media.renewed'), ben.notice('media.renewed')]);
    expect(media.engine.pid).not.toBe(pid);
    await using annasNew = await MediaClient.create(anna, '127.5.1.3', false);
    await using bensNew = await MediaClient.create(ben, '127.5.1.4', false);
    await annasNew.speak(80);
    expect((await ben.notice('source.opened')).participantId.key).toBe(anna.joined.participantId.key);
    await bensNew.hear(anna.joined.participantId);
    expect(await bystander.request('transport.create', { direction: 'send' })).toBeDefined();
  });

  test('what was asked of a media process when it died is refused, and its socket goes on', async () => {
    using anna = await enter(testCall());
    await anna.request('transport.create', { direction: 'send' });
    const { pid } = media.engine;
    process.kill(pid, 'SIGSTOP'); // it does not answer
    const asked = Promise.allSettled([
      anna.request('producer.create', { source: 'microphone', rtpParameters: opus }),
      anna.request('transport.create', { direction: 'receive' }),
      anna.request('transport.restart-ice', { direction: 'send' }),
      anna.request('relay.send', { toAll: new Uint8Array(1) }),
    ]);
    process.kill(pid, 'SIGKILL');
    const answers = (await asked).map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'done'));
    expect(answers[0]).toContain('media-renewed');
    expect(answers[3]).toBe('done');
    await anna.notice('media.renewed');
    await expect(anna.request('transport.create', { direction: 'send' })).resolves.toBeDefined();
  });

  test('a call whose media processes die three times within a minute ends', async () => {
    using anna = await enter(testCall());
    for (let deaths = 1; deaths < 3; deaths += 1) {
      process.kill(media.engine.pid, 'SIGKILL');
      await anna.notice('media.renewed');
    }
    process.kill(media.engine.pid, 'SIGKILL');
    expect(await anna.closed).toEqual({ code: 4015, reason: 'media-failed' });
  });

  test('ICE credentials are new after a restart, and are those that a rejoin is told', async () => {
    const ben = await enter(testCall());
    await expect(ben.request('transport.restart-ice', { direction: 'send' })).rejects.toThrow('transport-missing');
    const before = await ben.request('transport.create', { direction: 'send' });
    const { iceParameters } = await ben.request('transport.restart-ice', { direction: 'send' });
    expect(iceParameters.usernameFragment).not.toBe(before.iceParameters.usernameFragment);
    expect(iceParameters.password).not.toBe(before.iceParameters.password);
    ben.vanish();
    await ben.closed;
    using back = await TestClient.connect({ ...router, from: `127.5.0.${(address += 1)}` });
    expect((await back.rejoin(ben.joined.ticket)).own.transports).toMatchObject([{ ...before, iceParameters }]);
  });

  test('as many calls fit as there are ports; one that another program has is left out, and freed ones come back', async () => {
    const { first, range } = testPorts(3);
    const taken = createSocket('udp4').bind(first, '127.0.0.1');
    await once(taken, 'listening');
    const small = new WatchedMedia();
    await using own = await startTestRouter({ mediaPorts: range }, { wrapMedia: small.wrap });
    const [anna, ben, cleo] = [
      await TestClient.connect(own),
      await TestClient.connect(own),
      await TestClient.connect(own),
    ];
    await anna.join(testCall());
    await ben.join(testCall());
    const call = testCall();
    await expect(cleo.join(call)).rejects.toThrow('router-full');
    const { pid } = small.calls[0]?.engine ?? { pid: 0 };
    await anna.request('call.leave', {});
    await gone(pid);
    await joinedOnceThereIsRoom(cleo, call);
    for (const client of [anna, ben, cleo]) client[Symbol.dispose]();
    taken.close();
  });

  test('when the router stops, every media process is gone', async () => {
    const own = new WatchedMedia();
    const stopping = await startTestRouter({ warmWorkers: 2 }, { wrapMedia: own.wrap });
    using anna = await TestClient.connect(stopping);
    using ben = await TestClient.connect(stopping);
    await anna.join(testCall());
    await ben.join(testCall());
    const pids = own.calls.map(({ engine }) => engine.pid);
    expect(pids.map(runs)).toEqual([true, true]);
    await stopping.close();
    expect(pids.map(runs)).toEqual([false, false]);
  });
});

/** A port comes back a moment after its process has gone. */
async function joinedOnceThereIsRoom(client: TestClient, call: ReturnType<typeof testCall>): Promise<void> {
  for (;;) {
    try {
      await client.join(call);
      return;
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'router-full')) throw error;
    }
  }
}
