import { X509Certificate } from 'node:crypto';
import type { Router, RtpCapabilities, WebRtcServer, WebRtcTransport } from 'mediasoup/types';
import { z } from 'zod';
import { limits } from '../../shared/protocol/limits.ts';
import { dtlsParameters, iceCandidates, iceParameters } from '../../shared/protocol/media-parameters.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { MediasoupConsumer, type KeyFrames } from './consumer.ts';
import { MediasoupProducer } from './producer.ts';
import { profileParameters } from './profile.ts';
import { Recovery } from './recovery.ts';
import { orRefuse } from './refuse.ts';
import { Restraint } from './restraint.ts';
import { wireForm } from './wire-form.ts';
import type {
  DtlsParameters,
  MediaConsumer,
  MediaKind,
  MediaProducer,
  MediaTransport,
  RtpParameters,
  Traffic,
  TransportInventory,
  TransportParameters,
} from './types.ts';

/**
 * What a receiver's line is taken for at first, in bits a second. Below the weakest that is meant to carry video, so that
 * audio does not wait behind a burst that the line cannot take; what it really carries is found out by probing within
 * the first second (at three and six times this, then on). Higher spoils the first seconds of weak lines, lower those of all.
 */
const firstBitrate = 300_000;
/**
 * Most that a receiver's line is taken for, in bits a second: four large pictures at once. It bounds how much padding
 * a probe may send, whatever bitrates a sender claims. Higher shows more large pictures and floods weak lines longer.
 */
const mostBitrate = 8_000_000;

/** What the engine tells of its estimates (its trace event `bwe`). */
const estimate = z.object({ availableBitrate: z.number(), desiredBitrate: z.number() });

/** A WebRTC transport of mediasoup's. */
export class MediasoupTransport implements MediaTransport {
  readonly #transport: WebRtcTransport;
  readonly #capabilities: RtpCapabilities;
  readonly #consumers = new Set<MediasoupConsumer>();
  readonly #recovery = new Recovery();
  readonly #restraint = new Restraint();
  readonly #keyFrames: KeyFrames;
  readonly #clock: Clock;
  /** Pictures are held back. */
  #held = false;
  #cancelRelease: (() => void) | undefined;

  static async create(
    router: Router,
    webRtcServer: WebRtcServer,
    capabilities: RtpCapabilities,
    keyFrames: KeyFrames,
    clock: Clock,
  ): Promise<MediasoupTransport> {
    const transport = await router.createWebRtcTransport({
      webRtcServer,
      preferUdp: true,
      initialAvailableOutgoingBitrate: firstBitrate,
    });
    await Promise.all([transport.setMaxOutgoingBitrate(mostBitrate), transport.enableTraceEvent(['bwe'])]);
    return new MediasoupTransport(transport, capabilities, keyFrames, clock);
  }

  private constructor(transport: WebRtcTransport, capabilities: RtpCapabilities, keyFrames: KeyFrames, clock: Clock) {
    this.#transport = transport;
    this.#capabilities = capabilities;
    this.#keyFrames = keyFrames;
    this.#clock = clock;
    transport.on('trace', ({ info, timestamp }) => {
      const { availableBitrate, desiredBitrate } = estimate.parse(info);
      if (this.#recovery.take({ availableBitrate, desiredBitrate }, timestamp)) this.#each((own) => own.retry());
      void this.#restrain(availableBitrate);
    });
    transport.observer.once('close', () => this.#cancelRelease?.());
  }

  get parameters(): TransportParameters {
    const { id, iceParameters: ice, iceCandidates: candidates, dtlsParameters: dtls } = this.#transport;
    return {
      transportId: id,
      iceParameters: wireForm(iceParameters, ice),
      iceCandidates: wireForm(iceCandidates, candidates),
      dtlsParameters: wireForm(dtlsParameters, { ...dtls, fingerprints: dtls.fingerprints.filter(isStrong) }),
    };
  }

  async connect({ role, fingerprints }: DtlsParameters): Promise<void> {
    const connecting = this.#transport.connect({
      dtlsParameters: { role, fingerprints: fingerprints.filter(isStrong) },
    });
    await orRefuse('transport-refused', connecting);
  }

  async restartIce(): Promise<TransportParameters['iceParameters']> {
    await orRefuse('transport-missing', this.#transport.restartIce());
    return this.parameters.iceParameters;
  }

  async produce(kind: MediaKind, rtpParameters: RtpParameters): Promise<MediaProducer> {
    const producer = await orRefuse(
      'source-refused',
      this.#transport.produce({
        kind,
        rtpParameters: profileParameters(kind, rtpParameters),
        keyFrameRequestDelay: limits.keyFrameMs,
      }),
    );
    if (kind === 'video') {
      producer.enableTraceEvent(['keyframe']).catch(() => undefined); // it has closed
      producer.on('trace', () => this.#keyFrames.emit(producer.id));
    }
    return new MediasoupProducer(producer);
  }

  async consume(producerId: string): Promise<MediaConsumer> {
    const consumer = await orRefuse(
      'source-missing',
      this.#transport.consume({ producerId, rtpCapabilities: this.#capabilities, enableRtx: true, paused: true }),
    );
    const own = new MediasoupConsumer(consumer, this.#transport, this.#keyFrames, this.#clock);
    if (this.#held) await own.hold(true);
    this.#consumers.add(own);
    consumer.observer.once('close', () => {
      this.#consumers.delete(own);
    });
    return own;
  }

  /** Holds pictures back for a while when the receiver's line cannot take one. */
  async #restrain(availableBitrate: number): Promise<void> {
    const [counters] = await this.#transport.getStats().catch(() => []);
    if (counters === undefined) return;
    const { rtxSendBitrate: resentBitrate, rtpPacketLossSent: loss = 0 } = counters;
    const ready = [...this.#consumers].filter((own) => own.ready);
    const pictures = { ready: ready.length, sent: ready.filter((own) => own.sending).length };
    const ms = this.#restraint.take({ availableBitrate, resentBitrate, loss, pictures }, this.#clock.nowMs());
    if (ms === 0) return;
    this.#held = true;
    this.#each((own) => own.hold(true));
    this.#cancelRelease = this.#clock.after(ms, () => {
      this.#held = false;
      this.#each((own) => own.hold(false));
    });
  }

  #each(act: (consumer: MediasoupConsumer) => Promise<void>): void {
    for (const consumer of this.#consumers) act(consumer).catch(() => undefined); // its source has closed
  }

  /** Read from the engine when asked, as of the last seconds; nothing of it is kept. Undefined when it is closed. */
  async traffic(): Promise<Traffic | undefined> {
    const [counters] = await this.#transport.getStats().catch(() => []);
    return (
      counters && {
        bitsIn: counters.recvBitrate,
        bitsOut: counters.sendBitrate,
        lossIn: counters.rtpPacketLossReceived ?? 0,
        lossOut: counters.rtpPacketLossSent ?? 0,
      }
    );
  }

  async inventory(): Promise<TransportInventory> {
    const [counters] = await orRefuse('transport-missing', this.#transport.getStats());
    const { iceState, dtlsState, iceSelectedTuple: path, dtlsRemoteCert } = this.#transport;
    return {
      iceState,
      dtlsState,
      address:
        path?.remoteIp === undefined
          ? null
          : { ip: path.remoteIp, port: path.remotePort ?? 0, protocol: path.protocol },
      clientFingerprint: dtlsRemoteCert === undefined ? null : new X509Certificate(dtlsRemoteCert).fingerprint256,
      bytesReceived: counters?.bytesReceived ?? 0,
      bytesSent: counters?.bytesSent ?? 0,
      lineBitrate: this.#recovery.estimate?.availableBitrate ?? null,
    };
  }

  /** Calls `listener` when it is closed, by itself or with its call. */
  onClose(listener: () => void): void {
    this.#transport.observer.once('close', listener);
  }

  close(): void {
    this.#transport.close();
  }
}

/** RFC 8122 section 5.1 asks for SHA-256 at least; the engine would offer and take SHA-1, too. */
function isStrong({ algorithm }: { readonly algorithm: string }): boolean {
  return algorithm !== 'sha-1' && algorithm !== 'sha-224';
}
