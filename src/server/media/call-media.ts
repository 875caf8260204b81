import { EventEmitter } from 'node:events';
import type { Router, RtpCapabilities as EngineCapabilities, WebRtcServer } from 'mediasoup/types';
import { rtpCapabilities } from '../../shared/protocol/media-parameters.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { KeyFrames } from './consumer.ts';
import type { MediaProcess } from './process.ts';
import { profileCapabilities, profileCodecs } from './profile.ts';
import { MediasoupTransport } from './transport.ts';
import { wireForm } from './wire-form.ts';
import type { CallMedia, MediaTransport, RtpCapabilities, Traffic } from './types.ts';

/** Where a call's media listens, UDP and TCP alike, and which address it names to clients. */
export interface ListenOn {
  readonly ip: string;
  readonly announcedAddress: string;
  readonly port: number;
}

/** A call's media in a mediasoup worker of its own. */
export class MediasoupCallMedia implements CallMedia {
  readonly rtpCapabilities: RtpCapabilities;
  readonly lifetime = new Lifetime<'closed' | 'died'>();
  readonly #transports = new Set<MediasoupTransport>();
  readonly #process: MediaProcess;
  readonly #server: WebRtcServer;
  readonly #router: Router;
  readonly #capabilities: EngineCapabilities;
  readonly #keyFrames: KeyFrames = new EventEmitter<Record<string, []>>().setMaxListeners(0);
  readonly #clock: Clock;

  /** Makes `process` the call's own. Rejects when the port is taken or the process has ended. */
  static async create(
    process: MediaProcess,
    { ip, announcedAddress, port }: ListenOn,
    clock: Clock,
  ): Promise<MediasoupCallMedia> {
    const server = await process.worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ip, announcedAddress, port },
        { protocol: 'tcp', ip, announcedAddress, port },
      ],
    });
    const router = await process.worker.createRouter({ mediaCodecs: [...profileCodecs] });
    return new MediasoupCallMedia(process, server, router, clock);
  }

  private constructor(process: MediaProcess, server: WebRtcServer, router: Router, clock: Clock) {
    this.#clock = clock;
    this.#process = process;
    this.#server = server;
    this.#router = router;
    this.#capabilities = profileCapabilities(router.rtpCapabilities);
    this.rtpCapabilities = wireForm(rtpCapabilities, this.#capabilities);
    process.lifetime.onEnd((reason) => {
      this.lifetime.end(reason);
    });
  }

  /**
   * For tests only, reached through `startRouter`'s `wrapMedia`: the engine's own objects, so that a test can watch
   * what passes through the media process or end it. Nothing in `src` uses it.
   */
  get engine(): { readonly router: Router; readonly pid: number } {
    return { router: this.#router, pid: this.#process.pid };
  }

  get coreShare(): number {
    return this.#process.coreShare;
  }

  async createTransport(): Promise<MediaTransport> {
    const transport = await MediasoupTransport.create(
      this.#router,
      this.#server,
      this.#capabilities,
      this.#keyFrames,
      this.#clock,
    );
    this.#transports.add(transport);
    transport.onClose(() => {
      this.#transports.delete(transport);
    });
    return transport;
  }

  /** Of each transport, as of the last seconds. */
  async traffic(): Promise<Traffic[]> {
    const all = await Promise.all([...this.#transports].map((transport) => transport.traffic()));
    return all.filter((traffic) => traffic !== undefined);
  }

  close(): void {
    this.#process.close();
  }
}
