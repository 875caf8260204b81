import { describe, expect, test } from 'vitest';
import { profileCapabilities, profileParameters } from '../../../src/server/media/profile.ts';
import type { RtpParameters } from '../../../src/server/media/types.ts';

type Codec = RtpParameters['codecs'][number];

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
const vp8: Codec = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
const vp9: Codec = { mimeType: 'video/VP9', payloadType: 98, clockRate: 90_000, parameters: { 'profile-id': 0 } };
const av1: Codec = { mimeType: 'video/AV1', payloadType: 45, clockRate: 90_000 };
const rtx = { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } };
const audio: RtpParameters = { codecs: [opus], encodings: [{ ssrc: 1 }] };
const video: RtpParameters = { codecs: [vp8, rtx], encodings: [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }] };

describe('what a client sends', () => {
  test('is rebuilt from the profile, so that no words of its own reach another client', () => {
    const words = 'x\r\na=candidate:1';
    const rebuilt = profileParameters('video', {
      ...video,
      mid: '0',
      codecs: [{ ...vp8, parameters: { words }, rtcpFeedback: [{ type: words }] }, rtx],
      headerExtensions: [{ uri: mid, id: 4, encrypt: true, parameters: { words } }],
      encodings: [
        { rid: 'q', scalabilityMode: 'L1T3', priority: words, networkPriority: words, maxBitrate: 1000, active: false },
      ],
      rtcp: { cname: words },
      msid: words,
    });
    expect(JSON.stringify(rebuilt)).not.toContain('candidate');
    expect(rebuilt).toMatchObject({
      mid: '0',
      codecs: [
        { mimeType: 'video/VP8', payloadType: 96, parameters: {} },
        { mimeType: 'video/rtx', parameters: { apt: 96 } },
      ],
      headerExtensions: [{ uri: mid, id: 4, encrypt: false, parameters: {} }],
      encodings: [{ rid: 'q', scalabilityMode: 'L1T3', maxBitrate: 1000 }],
      rtcp: { reducedSize: true },
    });
  });

  test.each([
    ['VP8 in three streams with three rates each', vp8, [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }], 'L1T3'],
    ['VP9 in one stream with three sizes', vp9, [{ ssrc: 1 }], 'L3T3_KEY'],
    ['VP9 in one stream of one size', vp9, [{ ssrc: 1 }], 'L1T2'],
    ['AV1 in one stream with two sizes', av1, [{ ssrc: 1 }], 'L2T1_KEY'],
  ])('may be %s', (_, codec, encodings, scalabilityMode) => {
    const repair = { ...rtx, parameters: { apt: codec.payloadType } };
    const streams = encodings.map((encoding) => ({ ...encoding, scalabilityMode }));
    const rebuilt = profileParameters('video', {
      codecs: [{ ...codec, parameters: { ...codec.parameters, 'level-idx': 5, tier: 0 } }, repair],
      encodings: streams,
    });
    expect(rebuilt.codecs.map(({ mimeType, parameters }) => [mimeType, parameters])).toEqual([
      [codec.mimeType, codec.parameters ?? {}],
      ['video/rtx', { apt: codec.payloadType }],
    ]);
    expect(rebuilt.encodings).toEqual(streams);
  });

  test('is said to use forward error correction and never to fall silent', () => {
    const opusDtx = { ...opus, parameters: { usedtx: 1 } };
    expect(profileParameters('audio', { ...audio, codecs: [opusDtx] }).codecs[0]?.parameters).toEqual({
      useinbandfec: 1,
      usedtx: 0,
    });
  });

  test('claims no more bandwidth than a large picture takes, however much its sender claims', () => {
    const { encodings } = profileParameters('video', {
      ...video,
      encodings: [1_700_000, 1e12, -1].map((maxBitrate) => ({ maxBitrate })),
    });
    expect(encodings?.map(({ maxBitrate }) => maxBitrate)).toEqual([1_700_000, 3_000_000, 0]);
  });

  test('can be stopped for a weak line when it is one encoding without layers, too', () => {
    const modeOf = (encoding: object): string | undefined =>
      profileParameters('video', { ...video, encodings: [encoding] }).encodings?.[0]?.scalabilityMode;
    expect([{}, { scalabilityMode: 'L1T1' }, { scalabilityMode: 'L1T3' }].map(modeOf)).toEqual([
      'L1T2',
      'L1T2',
      'L1T3',
    ]);
    expect(profileParameters('audio', audio).encodings?.[0]?.scalabilityMode).toBeUndefined();
  });

  const refused: [string, 'audio' | 'video', RtpParameters][] = [
    ['video as audio', 'audio', video],
    ['audio as video', 'video', audio],
    ['another codec', 'video', { ...video, codecs: [{ ...vp8, mimeType: 'video/H264' }] }],
    ['a second codec', 'video', { ...video, codecs: [vp8, { ...vp8, payloadType: 98 }] }],
    ['a third codec', 'video', { ...video, codecs: [vp8, rtx, { ...vp8, mimeType: 'video/VP9' }] }],
    ['repair of another codec', 'video', { ...video, codecs: [vp8, { ...rtx, parameters: { apt: 98 } }] }],
    ['redundant audio', 'audio', { ...audio, codecs: [opus, { ...opus, mimeType: 'audio/red' }] }],
    ['mono audio at another rate', 'audio', { ...audio, codecs: [{ ...opus, clockRate: 16_000 }] }],
    [
      'the audio level',
      'audio',
      { ...audio, headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 }] },
    ],
    [
      'the capture time',
      'video',
      { ...video, headerExtensions: [{ uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 1 }] },
    ],
    ['four layers', 'video', { ...video, encodings: [{}, {}, {}, {}] }],
    ['two layers of audio', 'audio', { ...audio, encodings: [{}, {}] }],
    ['no encoding', 'audio', { codecs: [opus] }],
    ['a mid with a line end', 'audio', { ...audio, mid: '0\r\n' }],
    ['a rid with a line end', 'video', { ...video, encodings: [{ rid: 'q\n' }] }],
    ['VP8 of several sizes in one stream', 'video', { ...video, encodings: [{ scalabilityMode: 'L3T3_KEY' }] }],
    ['VP9 in two streams', 'video', { codecs: [vp9], encodings: [{}, {}] }],
    ['AV1 in two streams', 'video', { codecs: [av1], encodings: [{}, {}] }],
    ['VP9 whose sizes always need each other', 'video', { codecs: [vp9], encodings: [{ scalabilityMode: 'L3T3' }] }],
    ['VP9 of four sizes', 'video', { codecs: [vp9], encodings: [{ scalabilityMode: 'L4T3_KEY' }] }],
    ['AV1 of one size that depends', 'video', { codecs: [av1], encodings: [{ scalabilityMode: 'L1T3_KEY' }] }],
    ['VP9 of another profile', 'video', { codecs: [{ ...vp9, parameters: { 'profile-id': 2 } }], encodings: [{}] }],
    ['AV1 of another profile', 'video', { codecs: [{ ...av1, parameters: { profile: 1 } }], encodings: [{}] }],
  ];
  test.each(refused)('is refused when it is %s', (_, kind, parameters) => {
    expect(() => profileParameters(kind, parameters)).toThrow('source-refused');
  });
});

test('of what the engine can do, the profile offers no audio level, no capture time and no REMB', () => {
  const uri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' as const;
  const capabilities = profileCapabilities({
    codecs: [
      {
        kind: 'video',
        ...vp8,
        preferredPayloadType: 101,
        rtcpFeedback: [{ type: 'goog-remb' }, { type: 'transport-cc' }],
      },
    ],
    headerExtensions: [
      { kind: 'audio', uri, preferredId: 10 },
      { kind: 'audio', uri: mid, preferredId: 1 },
    ],
  });
  expect(capabilities.headerExtensions?.map((extension) => extension.uri)).toEqual([mid]);
  expect(capabilities.codecs?.[0]?.rtcpFeedback).toEqual([{ type: 'transport-cc' }]);
});
