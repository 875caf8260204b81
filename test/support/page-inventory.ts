import type { Inventory } from '../../src/client/index.ts';

const transport = {
  iceState: 'completed',
  dtlsState: 'connected',
  clientFingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
} as const;
const subscription = { paused: false, priority: 1, score: 10, keyFrameAllowance: 3 };
const codecs = [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }];

/** What a router could say of somebody who sends and receives. Its call began on 2026-11-23 at 14:05, local time. */
export const sampleInventory: Inventory = {
  participantId: 'q83vEjRWeJCrze8SNFZ4kA',
  call: {
    callId: 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE',
    startedAt: new Date(2026, 10, 23, 14, 5).getTime() / 60_000,
    participants: 3,
  },
  socket: {
    address: { ip: '203.0.113.7', port: 51_234 },
    handshakesCounted: false,
    lastHeardMs: 0,
    unsentBytes: 0,
  },
  session: { channelKeysHeld: true, lastRequest: 17, unanswered: 1, noticesHeldBack: 0 },
  rejoinTicketHashHeld: true,
  transports: [
    {
      ...transport,
      direction: 'send',
      transportId: 'c0ffee00-0000-4000-8000-000000000001',
      address: { ip: '203.0.113.7', port: 40_001, protocol: 'udp' },
      bytesReceived: 1_250_000,
      bytesSent: 900,
      lineBitrate: null,
    },
    {
      ...transport,
      direction: 'receive',
      transportId: 'c0ffee00-0000-4000-8000-000000000002',
      address: null,
      bytesReceived: 100,
      bytesSent: 45_000,
      lineBitrate: 2_500_000,
    },
  ],
  sources: [
    {
      source: 'camera',
      paused: false,
      producerId: 'c0ffee00-0000-4000-8000-000000000003',
      rtpParameters: { codecs, encodings: [{ ssrc: 1 }, { ssrc: 2 }] },
      scores: [10, 9],
      receivers: 2,
      wantedTold: { spatial: 1, temporal: 2 },
    },
  ],
  subscriptions: [
    {
      participantId: 'AAECAwQFBgcICQoLDA0ODw',
      source: 'microphone',
      consumerId: 'c0ffee00-0000-4000-8000-000000000004',
      ssrcs: [4],
      ...subscription,
      layerWanted: null,
      layerSent: null,
      told: null,
    },
    {
      participantId: 'AAECAwQFBgcICQoLDA0ODw',
      source: 'camera',
      consumerId: 'c0ffee00-0000-4000-8000-000000000005',
      ssrcs: [5, 6],
      ...subscription,
      layerWanted: { spatial: 2, temporal: 2 },
      layerSent: { spatial: 1, temporal: 2 },
      told: { layers: { spatial: 1, temporal: 2 }, why: 'sent' },
    },
  ],
  subscriptionsInAll: 2,
  relays: { waiting: 0, bytes: 0, allowance: 12 },
  subscriptionAllowance: 11,
};
