import type { ReceivedStream } from './types.ts';

/** How much of the sound that was played had come, and how much the browser made up (W3C webrtc-stats). */
export function soundOf(
  stats: RTCInboundRtpStreamStats | undefined,
): Pick<ReceivedStream, 'concealedShare' | 'heardSeconds'> {
  const { totalSamplesReceived: all = 0, concealedSamples: concealed = 0 } = stats ?? {};
  if (all === 0) return { concealedShare: 0, heardSeconds: 0 };
  const audible = concealed - (stats?.silentConcealedSamples ?? 0);
  return {
    concealedShare: audible / all,
    heardSeconds: ((all - concealed) / all) * (stats?.totalSamplesDuration ?? 0),
  };
}
