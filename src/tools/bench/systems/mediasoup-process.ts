// mediasoup and nothing around it: one worker with default options, one router of the same codecs as ours, transports on one
// port. Run by `mediasoup.ts`; spoken to in JSON over HTTP on loopback, a request for each thing that is done to the engine.
import { createWorker, workerBin } from 'mediasoup';
import type { Consumer, RtpParameters, WebRtcTransport } from 'mediasoup/types';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { profileCapabilities, profileCodecs } from '../../../server/media/profile.ts';
import { mediasoupRequest, type MediasoupRequest } from './mediasoup-messages.ts';

const ip = '127.0.0.1';
// In a session of its own as ours is, where that can be: schedulers share processors out between sessions, and who is woken
// sooner has fewer packets for each wake-up.
process.env['MEDIASOUP_WORKER_BIN'] ??= workerBin;
const ownSession = fileURLToPath(new URL('../../../server/media/own-session.sh', import.meta.url));
const worker = await createWorker(existsSync('/usr/bin/setsid') ? { workerBin: ownSession } : {});
const webRtcServer = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip }] });
const router = await worker.createRouter({ mediaCodecs: [...profileCodecs] });
// What a peer has that speaks our profile: the same header extensions, then, as in ours.
const rtpCapabilities = profileCapabilities(router.rtpCapabilities);
const transports = new Map<string, WebRtcTransport>();
const consumers = new Map<string, Consumer>();

async function answer(request: MediasoupRequest): Promise<unknown> {
  switch (request.do) {
    case 'transport': {
      const transport = await router.createWebRtcTransport({ webRtcServer });
      transports.set(transport.id, transport);
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
      return { id, iceParameters, iceCandidates, dtlsParameters };
    }
    case 'connect': {
      const fingerprints = [{ algorithm: 'sha-256' as const, value: request.fingerprint }];
      await transportOf(request.transport).connect({ dtlsParameters: { role: 'client', fingerprints } });
      return {};
    }
    case 'produce': {
      const rtpParameters = request.rtpParameters as RtpParameters; // the engine checks it again, all of it
      const { id } = await transportOf(request.transport).produce({ kind: request.kind, rtpParameters });
      return { id };
    }
    case 'consume': {
      const { producer: producerId, transport } = request;
      // With what is lost sent again, as ours does for sound, too: each packet is kept for that.
      const options = { producerId, rtpCapabilities, enableRtx: true, paused: true };
      const consumer = await transportOf(transport).consume(options);
      consumers.set(consumer.id, consumer);
      return { id: consumer.id, rtpParameters: consumer.rtpParameters };
    }
    case 'resume': {
      await consumers.get(request.consumer)?.resume();
      return {};
    }
  }
}

function transportOf(id: string): WebRtcTransport {
  const transport = transports.get(id);
  if (transport === undefined) throw new Error('no such transport');
  return transport;
}

const server = createServer((request, response) => {
  text(request)
    .then(async (body) => answer(mediasoupRequest.parse(JSON.parse(body))))
    .then(
      (result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});
server.listen(0, ip, () => {
  process.send?.({ port: (server.address() as AddressInfo).port, pid: worker.pid });
});
process.once('disconnect', () => {
  worker.close();
  server.close();
  server.closeAllConnections();
});
