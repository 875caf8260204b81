import type { Consumer, Producer, Router as MediaRouter } from 'mediasoup/types';
import { littleEndian } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { TestClient, testCall } from './test-client.ts';

/** Media packets that each of the three sends at a time. */
const packets = 50;
const ssrc = 4_711;

/** A call of three on a real router, whose signalling and media go on while a test does its worst beside it. */
export class RunningCall implements Disposable {
  readonly #clients: readonly TestClient[];
  readonly #producers: readonly Producer[];
  readonly #consumers: readonly Consumer[];
  #sent = 0;
  #sequenceNumber = 0;
  readonly #received = new Map<Consumer, number>();

  /** `mediaRouter`: the engine of the call that was started last. */
  static async start(router: Router, mediaRouter: () => MediaRouter): Promise<RunningCall> {
    const call = testCall();
    const clients: TestClient[] = [];
    for (let index = 1; index <= 3; index += 1) {
      const client = await TestClient.connect({ ...router, from: `127.7.0.${index}` });
      await client.join(call);
      clients.push(client);
    }
    const transport = await mediaRouter().createDirectTransport();
    const producers: Producer[] = [];
    const consumers: Consumer[] = [];
    for (let index = 0; index < 3; index += 1) {
      const codecs = [{ mimeType: 'audio/opus' as const, payloadType: 100, clockRate: 48_000, channels: 2 }];
      const producer = await transport.produce({
        kind: 'audio',
        rtpParameters: { codecs, encodings: [{ ssrc: ssrc + index }], mid: `${index}` },
      });
      producers.push(producer);
      for (let receiver = 0; receiver < 2; receiver += 1) {
        const { rtpCapabilities } = mediaRouter();
        consumers.push(await transport.consume({ producerId: producer.id, rtpCapabilities }));
      }
    }
    return new RunningCall(clients, producers, consumers);
  }

  private constructor(clients: readonly TestClient[], producers: readonly Producer[], consumers: readonly Consumer[]) {
    this.#clients = clients;
    this.#producers = producers;
    this.#consumers = consumers;
    for (const consumer of consumers) {
      consumer.on('rtp', () => {
        this.#received.set(consumer, (this.#received.get(consumer) ?? 0) + 1);
      });
    }
  }

  /** Everybody sends media, and a relay to all, which is answered. */
  async goesOn(): Promise<void> {
    for (let index = 0; index < packets; index += 1) {
      this.#sequenceNumber += 1;
      for (const [number, producer] of this.#producers.entries())
        producer.send(packet(ssrc + number, this.#sequenceNumber));
    }
    this.#sent += packets;
    for (const client of this.#clients)
      await client.request('relay.send', { toAll: littleEndian(this.#sequenceNumber, 4) });
  }

  /** Resolves when every packet that was sent has been received by everybody it was for. */
  async losesNothing(): Promise<void> {
    while (this.#consumers.some((consumer) => (this.#received.get(consumer) ?? 0) < this.#sent)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }
}

/** An RTP packet (RFC 3550 section 5.1) with 80 bytes of payload. */
function packet(source: number, sequenceNumber: number): Buffer {
  const bytes = Buffer.alloc(12 + 80, 7);
  bytes.writeUInt8(0x80, 0);
  bytes.writeUInt8(100, 1);
  bytes.writeUInt16BE(sequenceNumber % 65_536, 2);
  bytes.writeUInt32BE(sequenceNumber * 960, 4);
  bytes.writeUInt32BE(source, 8);
  return bytes;
}
