import { Device, FakeHandler, testFakeParameters as fake, type types } from 'mediasoup-client';
import { expect, test } from 'vitest';
import { acceptable, onlyCodec } from '../../../src/client/media/codecs.ts';
import { screenEncodings, videoEncodings } from '../../../src/client/media/encodings.ts';
import { Media } from '../../../src/client/media/media.ts';
import { svcEncoding } from '../../../src/client/media/svc.ts';
import { Transforms, type Transformable } from '../../../src/client/media/transform.ts';
import type { TransformStart } from '../../../src/client/encryption/messages.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import type { Result } from '../../../src/shared/protocol/requests.ts';
import { settle } from './fake-clock.ts';

const code = (value: string) => expect.objectContaining({ code: value }) as Error;

function takeAtOnce({ attached }: TransformStart): void {
  attached.postMessage(undefined);
}

/** Transforms in what looks like a browser that has them, with a worker that takes them. */
function transforms(take = takeAtOnce): Transforms {
  class ScriptTransform {
    readonly made = true;
    constructor(_: Worker, start: TransformStart) {
      take(start);
    }
  }
  Object.assign(globalThis, { RTCRtpScriptTransform: ScriptTransform });
  return new Transforms({} as Worker);
}

const camera = { direction: 'send', source: 'camera', codec: 'vp8' } as const;

test('a transform that is in place passes; one that the browser swallowed, or swapped, does not', async () => {
  const placed = transforms();
  const good: Transformable = { transform: null };
  placed.place(good, await placed.make(camera));
  placed.verify(good);

  const swallowing: Transformable = {
    get transform() {
      return null;
    },
    set transform(_) {
      return;
    },
  };
  placed.place(swallowing, await placed.make(camera));
  expect(() => {
    placed.verify(swallowing);
  }).toThrow(code('browser-cannot-encrypt'));

  good.transform = await placed.make(camera);
  expect(() => {
    placed.verify(good);
  }).toThrow(code('browser-cannot-encrypt'));
});

/** Media on an engine that never hands over its senders and receivers, so that no transform can be placed. */
const mediaWithoutTransforms = (made = transforms()) => mediaOn(FakeHandler.createFactory(fake), made, []);

/** Media on an engine that notes what is asked of it and its senders, between what is `asked` of the router. */
async function mediaWithSenders() {
  const asked: string[] = [];
  const usual = FakeHandler.createFactory(fake);
  return mediaOn(
    {
      ...usual,
      factory: (options) => {
        const handler = usual.factory(options);
        const send = handler.send.bind(handler);
        handler.send = async (sent) => {
          const sender = notingSender(sent.encodings ?? [], asked);
          sent.onRtpSender?.(sender);
          await settle();
          return { ...(await send(sent)), rtpSender: sender };
        };
        const receive = handler.receive.bind(handler);
        handler.receive = async (list) => {
          const rtpReceiver = { transform: null } as RTCRtpReceiver;
          for (const { onRtpReceiver } of list) onRtpReceiver?.(rtpReceiver);
          return (await receive(list)).map((received) => ({ ...received, rtpReceiver }));
        };
        handler.replaceTrack = (_, next) => Promise.resolve(void asked.push(next === null ? 'no track' : 'track'));
        handler.stopReceiving = () => Promise.resolve(void asked.push('stop receiving'));
        return handler;
      },
    },
    transforms(),
    asked,
  );
}

function notingSender(encodings: readonly RTCRtpEncodingParameters[], asked: string[]): RTCRtpSender {
  const now = {
    encodings: structuredClone([...encodings]),
    transactionId: '',
    codecs: [],
    headerExtensions: [],
    rtcp: {},
  };
  const sender = {
    transform: null,
    getParameters: () => structuredClone(now),
    setParameters: (next: RTCRtpSendParameters) => {
      Object.assign(now, structuredClone(next));
      asked.push(`${next.degradationPreference ?? ''} ${next.encodings.map(({ active = true }) => active).join(' ')}`);
      return Promise.resolve();
    },
  };
  return sender as unknown as RTCRtpSender;
}

async function mediaOn(handlerFactory: types.HandlerFactory, made: Transforms, asked: string[]) {
  const ask = ((request: string) => {
    asked.push(request);
    const { id, ...transport } = fake.generateTransportRemoteParameters();
    return Promise.resolve(
      request === 'transport.create' ? { ...transport, transportId: id } : { producerId: 'producer' },
    );
  }) as Ask;
  const media = await Media.create(
    ask,
    fake.generateRouterRtpCapabilities() as Result<'call.join'>['rtpCapabilities'],
    made,
    [],
    () => Device.factory({ handlerFactory }),
  );
  return { media, asked };
}

const track = (kind: string, settings: MediaTrackSettings = {}) =>
  Object.assign(new EventTarget(), {
    kind,
    id: 'track',
    readyState: 'live',
    enabled: true,
    getSettings: () => settings,
    stop: () => undefined,
  }) as unknown as MediaStreamTrack;
const somebody = ParticipantId.from(new Uint8Array(16));
if (somebody === undefined) throw new Error('not an id');

function consumerOf(codecMimeType: string): NonNullable<Result<'subscription.set'>['consumer']> {
  const { id, producerId, rtpParameters } = fake.generateConsumerRemoteParameters({ codecMimeType });
  return { consumerId: id, producerId, rtpParameters } as NonNullable<Result<'subscription.set'>['consumer']>;
}

test('a sender without its transform ends all media', async () => {
  const { media } = await mediaWithoutTransforms();
  await expect(media.send('microphone', track('audio'), { maxHeight: 720, codec: 'vp8' })).rejects.toEqual(
    code('browser-cannot-encrypt'),
  );
  expect(media.lifetime.reason).toBe('browser-cannot-encrypt');
  await expect(media.send('microphone', track('audio'), { maxHeight: 720, codec: 'vp8' })).rejects.toThrow();
});

test('what is wanted of a picture at first is settled before its sender is negotiated', async () => {
  const { media, asked } = await mediaWithSenders();
  await media.send('camera', track('video', { height: 720 }), {
    maxHeight: 720,
    codec: 'vp8',
    layers: { spatial: 0, temporal: 2 },
  });
  expect(asked.slice(2)).toEqual([
    'maintain-resolution true true true',
    'maintain-resolution true false false',
    'transport.connect',
    'producer.create',
  ]);
});

test('media that rest send nothing and end what they receive all at once, later', async () => {
  const { media, asked } = await mediaWithSenders();
  await media.send('microphone', track('audio'), { maxHeight: 720, codec: 'vp8' });
  const [first, second] = [
    await media.receive(somebody, 'microphone', consumerOf('audio/opus')),
    await media.receive(somebody, 'camera', consumerOf('video/VP8')),
  ];
  asked.length = 0;
  first.close();
  await settle();
  media.rest('ended');
  second.close();
  await settle();
  expect(asked).toEqual(['stop receiving', 'no track']);
  expect(media.lifetime.reason).toBe('ended');
  expect(await media.statistics()).toEqual(new Map());
});

test('a receiver without its transform ends all media', async () => {
  const { media } = await mediaWithoutTransforms();
  await expect(media.receive(somebody, 'microphone', consumerOf('audio/opus'))).rejects.toEqual(
    code('browser-cannot-encrypt'),
  );
  expect(media.lifetime.reason).toBe('browser-cannot-encrypt');
});

test('no sender and no receiver is made before the worker has its transform, or after the end', async () => {
  const waiting: TransformStart[] = [];
  const { media, asked } = await mediaWithoutTransforms(transforms((start) => waiting.push(start)));
  const slow = media.send('microphone', track('audio'), { maxHeight: 720, codec: 'vp8' });
  await settle();
  expect(waiting.map(({ stream }) => stream)).toEqual([{ direction: 'send', source: 'microphone', codec: 'opus' }]);
  expect(asked).toEqual(['transport.create', 'transport.create']);
  waiting[0]?.attached.postMessage(undefined);
  await expect(slow).rejects.toEqual(code('browser-cannot-encrypt')); // so it went on, to the sender that is not handed over

  const { media: other } = await mediaWithoutTransforms(transforms(() => undefined));
  const never = Promise.allSettled([
    other.send('microphone', track('audio'), { maxHeight: 720, codec: 'vp8' }),
    other.receive(somebody, 'microphone', consumerOf('audio/opus')),
  ]);
  await settle();
  other.close('ended');
  for (const outcome of await never) expect(outcome).toMatchObject({ status: 'rejected', reason: code('ended') });
});

test("a microphone that is served as a video, and a codec without a rule, are not the router's to give", async () => {
  const { media } = await mediaWithoutTransforms();
  for (const codecMimeType of ['video/VP8', 'video/H264', 'audio/ISAC']) {
    const consumer = {
      consumerId: '1',
      producerId: '2',
      rtpParameters: { codecs: [{ mimeType: codecMimeType, payloadType: 100, clockRate: 48_000 }] },
    };
    await expect(media.receive(somebody, 'microphone', consumer)).rejects.toEqual(code('router-refused'));
  }
  expect(media.lifetime.ended).toBe(false);
});

test('a video in a codec that was not negotiated is not received', async () => {
  const { media } = await mediaWithoutTransforms();
  const codecs = [{ mimeType: 'video/AV1', payloadType: 100, clockRate: 90_000 }];
  const rtpParameters = { mid: '0', codecs, encodings: [{ ssrc: 1 }] };
  const consumer = { consumerId: '1', producerId: '2', rtpParameters };
  await expect(media.receive(somebody, 'camera', consumer)).rejects.toEqual(code('router-refused'));
  expect(media.lifetime.ended).toBe(false);
});

test('only one codec with a rule may be in a stream, RTX aside', () => {
  const named = (...names: string[]) => names.map((mimeType) => ({ mimeType }));
  expect(onlyCodec(named('video/VP8', 'video/rtx'), 'video')).toBe('vp8');
  expect(onlyCodec(named('video/VP9', 'video/rtx'), 'video')).toBe('vp9');
  expect(onlyCodec(named('video/AV1'), 'video')).toBe('av1');
  expect(onlyCodec(named('video/VP8', 'video/VP9'), 'video')).toBeUndefined();
  expect(onlyCodec(named('audio/opus'), 'audio')).toBe('opus');
  expect(onlyCodec(named('audio/opus', 'audio/PCMU'), 'audio')).toBeUndefined();
  expect(onlyCodec(named('video/VP8', 'video/H264'), 'video')).toBeUndefined();
  expect(onlyCodec(named('video/VP8'), 'audio')).toBeUndefined();
  expect(onlyCodec([], 'audio')).toBeUndefined();
});

test('of what the router offers, no other codec is taken, no audio level, and Opus only at constant bitrate without gaps', () => {
  const extension = (kind: 'audio' | 'video', uri: string) => ({
    kind,
    uri: uri as types.RtpHeaderExtensionUri,
    preferredId: 1,
  });
  const level = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
  const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
  const taken = acceptable({
    codecs: [
      ...(fake.generateRouterRtpCapabilities().codecs ?? []),
      { kind: 'audio', mimeType: 'audio/red', preferredPayloadType: 63, clockRate: 48_000 },
    ],
    headerExtensions: [extension('audio', level), extension('audio', mid), extension('video', mid)],
  });
  const names = taken.codecs?.map(({ mimeType }) => mimeType.toLowerCase());
  expect(new Set(names)).toEqual(new Set(['audio/opus', 'video/vp8', 'video/vp9', 'video/rtx']));
  expect(taken.codecs?.find(({ mimeType }) => mimeType === 'audio/opus')?.parameters).toMatchObject({
    cbr: 1,
    usedtx: 0,
  });
  expect(taken.headerExtensions?.map(({ kind, uri }) => `${kind} ${uri}`)).toEqual([`audio ${mid}`, `video ${mid}`]);
});

test.each([
  [{ height: 180, maxHeight: 720 }, [180]],
  [{ height: 360, maxHeight: 720 }, [180, 360]],
  [{ height: 720, maxHeight: 720 }, [180, 360, 720]],
  [{ height: 720, maxHeight: 180 }, [180]],
  [{ height: 1080, maxHeight: 1080 }, [270, 540, 1080]],
  [{ height: 480, maxHeight: 720 }, [240, 480]],
  [{ height: undefined, maxHeight: 360 }, [180, 360]],
] as const)('a picture of %o is sent at %o lines', (picture, heights) => {
  const captured = picture.height ?? picture.maxHeight;
  const sent = videoEncodings(picture).map(({ scaleResolutionDownBy = 1 }) => captured / scaleResolutionDownBy);
  expect(sent.map(Math.round)).toEqual(heights);
});

test.each([
  [{ height: 1080, maxHeight: 1080 }, [540, 1080]],
  [{ height: 2160, maxHeight: 1080 }, [540, 1080]],
  [{ height: 600, maxHeight: 1080 }, [300, 600]],
  [{ height: undefined, maxHeight: 1080 }, [540, 1080]],
] as const)('a screen of %o is sent at %o lines', (picture, heights) => {
  const captured = picture.height ?? picture.maxHeight;
  const sent = screenEncodings(picture);
  expect(sent.map(({ scaleResolutionDownBy = 1 }) => captured / scaleResolutionDownBy)).toEqual(heights);
  // Chromium 156 takes the lowest frame rate of all encodings for every one of them.
  expect(sent.every(({ maxFramerate }) => maxFramerate === undefined)).toBe(true);
});

test.each([
  [180, 'L1T3', 1, 200_000],
  [360, 'L2T3_KEY', 1, 600_000],
  [720, 'L3T3_KEY', 1, 1_700_000],
  [1080, 'L3T3_KEY', 1.5, 1_700_000],
])(
  'a picture of %i lines is sent in one stream as %s',
  (height, scalabilityMode, scaleResolutionDownBy, maxBitrate) => {
    const encoding = svcEncoding({ height, maxHeight: 720 });
    expect(encoding).toEqual({ scalabilityMode, scaleResolutionDownBy, maxBitrate, maxFramerate: 30 });
  },
);
