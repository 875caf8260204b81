import {
  GenericNack,
  PictureLossIndication,
  RtcpHeader,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
  type RTCDtlsTransport,
  type RtpPacket,
} from 'werift';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { Source } from '../../src/shared/identity/source.ts';
import type { Params, Result } from '../../src/shared/protocol/requests.ts';
import { MediaClient } from './media-client.ts';
import { TestClient, type TestCall } from './test-client.ts';
import type { Reach } from '../../src/tools/peers/router-socket.ts';
import { Bottleneck, WeakLine, type Stream } from './weak-line.ts';

type Height = NonNullable<Params<'subscription.set'>['wanted']>['height'];

/** The id that the router gives to the transport-wide sequence number, in what it sends. */
const transportWide = 'transport-wide-cc';

/** Somebody who receives from others at the end of a line of so many bits a second, and remembers what the router said of it. */
export class VideoReceiver implements AsyncDisposable {
  readonly client: TestClient;
  readonly line: WeakLine;
  readonly #path: RTCDtlsTransport;
  readonly #media: MediaClient;
  readonly #ssrcs = new Map<string, number>();
  readonly #told = new Map<string, string>();
  #changed: (() => void) | undefined;

  static async join(
    reach: Reach & { readonly from: string },
    call: TestCall,
    bitsPerSecond: number,
  ): Promise<VideoReceiver> {
    const client = await TestClient.connect(reach);
    const { rtpCapabilities } = await client.join(call);
    const media = await MediaClient.create(client, reach.from, false);
    const extension = rtpCapabilities.headerExtensions.find(({ uri }) => uri.includes(transportWide))?.preferredId ?? 0;
    return new VideoReceiver(client, media, await media.connect('receive'), extension, bitsPerSecond);
  }

  private constructor(
    client: TestClient,
    media: MediaClient,
    path: RTCDtlsTransport,
    extension: number,
    bitsPerSecond: number,
  ) {
    this.client = client;
    this.#media = media;
    this.#path = path;
    this.line = new WeakLine(path, extension, new Bottleneck(bitsPerSecond));
    this.#listen().catch(() => undefined); // ends with the socket
  }

  /** Asks for that much, and answers what is granted. */
  async want(of: ParticipantId, source: Source, height: Height): Promise<Result<'subscription.set'>['granted']> {
    const name = { participantId: of, source };
    const wanted = { height, framesPerSecond: 30 };
    const { consumer, granted } = await this.client.request('subscription.set', { ...name, wanted, priority: 100 });
    const ssrc = consumer?.rtpParameters.encodings?.[0]?.ssrc;
    if (ssrc === undefined) throw new Error('no stream');
    if (!this.#ssrcs.has(keyOf(of, source))) await this.client.request('consumer.resume', name);
    this.#ssrcs.set(keyOf(of, source), ssrc);
    return granted;
  }

  /** What the router said last: size and rate, from 0, as `2.1`, or why there is none; undefined before it has said anything. */
  told(of: ParticipantId, source: Source = 'camera'): string | undefined {
    return this.#told.get(keyOf(of, source));
  }

  /** Resolves with how long it took, in ms, until what the router has said is right for `isRight`. Rejects after `mostMs`. */
  async until(isRight: () => boolean, mostMs: number): Promise<number> {
    const from = performance.now();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error(`not within ${mostMs} ms: told ${[...this.#told.values()].join(', ')}`));
    }, mostMs);
    while (!isRight()) await Promise.race([late.promise, new Promise<void>((resolve) => (this.#changed = resolve))]);
    clearTimeout(timer);
    return performance.now() - from;
  }

  /** What came within that time. */
  async measure(ms: number): Promise<(of: ParticipantId, source?: Source) => Stream> {
    const streams = await this.line.measure(ms);
    return (of, source = 'camera') =>
      streams.get(this.#ssrcs.get(keyOf(of, source)) ?? 0) ?? { bytes: 0, packets: 0, frames: 0, lost: 0 };
  }

  /** Says by RTCP (RFC 4585 section 6.3.1) that the picture is lost. */
  losePicture(of: ParticipantId): void {
    const mediaSsrc = this.#ssrcs.get(keyOf(of, 'camera')) ?? 0;
    const feedback = new PictureLossIndication({ senderSsrc: 1, mediaSsrc });
    this.#path.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })]).catch(() => undefined); // the path has closed
  }

  /** Asks for a packet of it that has come as if it had not (RFC 4585 section 6.2.1). Resolves when it comes again. */
  async comesAgain(of: ParticipantId, source: Source): Promise<void> {
    const mediaSourceSsrc = this.#ssrcs.get(keyOf(of, source)) ?? 0;
    const next = async (isRight: (packet: RtpPacket) => boolean): Promise<RtpPacket> =>
      new Promise((resolve) => {
        this.#path.onRtp.subscribe((packet) => {
          if (packet.header.ssrc === mediaSourceSsrc && isRight(packet)) resolve(packet);
        });
      });
    const { sequenceNumber } = (await next(() => true)).header;
    const again = next(({ header }) => header.sequenceNumber === sequenceNumber);
    const header = new RtcpHeader({ type: 205, count: GenericNack.count, version: 2 });
    const feedback = new GenericNack({ header, senderSsrc: 1, mediaSourceSsrc, lost: [sequenceNumber] });
    await this.#path.sendRtcp([new RtcpTransportLayerFeedback({ feedback })]);
    await again;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.line[Symbol.dispose]();
    this.client[Symbol.dispose]();
    await this.#media[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const { participantId, source, layers, why } = await this.client.notice('subscription.changed');
      this.#told.set(keyOf(participantId, source), layers === null ? why : `${layers.spatial}.${layers.temporal}`);
      this.#changed?.();
    }
  }
}

function keyOf(of: ParticipantId, source: Source): string {
  return `${of.key} ${source}`;
}
