import type { Source } from '../../shared/identity/source.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { VideoCodec } from '../encryption/messages.ts';
import { Media, type Receiving, type SendOptions, type Sending } from '../media/media.ts';
import { PathRepair } from '../media/path-repair.ts';
import type { Transforms } from '../media/transform.ts';
import type { Ask } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import { OwnStream } from './own-stream.ts';
import type { CallErrorCode } from './types.ts';

type Capabilities = Result<'call.join'>['rtpCapabilities'];

export interface PathServices {
  readonly ask: Ask;
  readonly transforms: Transforms;
  /** Video codecs that this browser sends in layers within one stream. */
  readonly layered: readonly VideoCodec[];
  readonly clock: Clock;
  /** Media cannot go on. */
  readonly ended: (code: CallErrorCode) => void;
  /** The way to the router was gone and is back. */
  readonly recovered: () => void;
  /** `state` may have changed. */
  readonly onChange: () => void;
}

/** How long media that rest wait for their end, in ms: until those that take their place have come. Higher keeps their memory longer. */
const restMs = 4_000;

/** The media of one participant: one `Media` after the other, with everything of ours sent by the newest. */
export class MediaPath {
  readonly #services: PathServices;
  readonly #own = new Set<OwnStream>();
  #current: Promise<Media>;
  #repair: PathRepair;
  #renewed = Promise.withResolvers<undefined>();
  /** The present one, once its transports are there. */
  #media: Media | undefined;
  /** What is still in place of an earlier one, and when it ends. */
  #before: { readonly media: Promise<Media>; readonly stopTimer: () => void } | undefined;
  #closed = false;

  constructor(services: PathServices, capabilities: Capabilities) {
    this.#services = services;
    [this.#current, this.#repair] = this.#make(capabilities);
  }

  /** The newest. Rejects like `Media.create`. */
  get current(): Promise<Media> {
    return this.#current;
  }

  get renewed(): Promise<unknown> {
    return this.#renewed.promise;
  }

  /** Its transports were there. */
  get established(): boolean {
    return this.#media !== undefined;
  }

  get state(): PathRepair['state'] {
    return this.#repair.state;
  }

  /** Sends one of our sources, now and whenever the media are made anew. Rejects like `Media.send`. */
  async send(source: Source, track: MediaStreamTrack, options: SendOptions): Promise<Sending> {
    const stream = new OwnStream(this, source, track, options);
    this.#own.add(stream);
    try {
      await stream.begin();
    } catch (error) {
      this.#own.delete(stream);
      throw error;
    }
    return stream;
  }

  /**
   * Makes everything anew, for the router has nothing of it (any more). The media before rest now, or end after `overlapMs`; `over`
   * is called when they have ended.
   */
  renew(capabilities: Capabilities, overlapMs = 0, over: () => void = () => undefined): void {
    if (this.#closed) return;
    const before = this.#current;
    this.#repair.close();
    this.#endBefore();
    const media = this.#media;
    this.#media = undefined;
    [this.#current, this.#repair] = this.#make(capabilities);
    if (media === undefined) endMedia(before, 'ended');
    else if (overlapMs === 0) media.rest('ended');
    const { resolve } = this.#renewed;
    this.#renewed = Promise.withResolvers();
    resolve(undefined);
    const stopTimer = this.#services.clock.after(overlapMs === 0 ? restMs : overlapMs, () => {
      this.#endBefore();
      over();
    });
    this.#before = { media: before, stopTimer };
    for (const stream of this.#own) {
      if (stream.closed) this.#own.delete(stream);
      else stream.begin().catch(this.#fail);
    }
    this.#services.onChange();
  }

  /** The inbound numbers of every stream received now, by the newest media or by those that it replaces. */
  async statistics(): Promise<ReadonlyMap<Receiving, RTCInboundRtpStreamStats>> {
    const all = [this.#current, ...(this.#before === undefined ? [] : [this.#before.media])];
    const maps = await Promise.all(all.map(async (media) => (await media).statistics()));
    return new Map(maps.flatMap((map) => [...map]));
  }

  /** How many packets have come by now. To be told often. */
  received(packets: number): void {
    this.#repair.received(packets);
  }

  /** The device's network has changed. */
  networkChanged(): void {
    this.#repair.networkChanged();
  }

  /** The router is reached again. */
  back(): void {
    this.#repair.back();
  }

  close(): void {
    this.#closed = true;
    this.#repair.close();
    this.#endBefore();
    endMedia(this.#current, 'ended');
  }

  #make(capabilities: Capabilities): [Promise<Media>, PathRepair] {
    const { ask, transforms, layered, clock, onChange, recovered } = this.#services;
    const making = Media.create(ask, capabilities, transforms, layered);
    const repair: PathRepair = new PathRepair({
      clock,
      restart: async () => (await making).restartIce(),
      recovered,
      giveUp: () => {
        this.#services.ended('media-unreachable');
      },
    });
    making.then(
      (media) => {
        if (this.#current !== making) return;
        this.#media = media;
        media.followPaths((direction, state) => {
          repair.path(direction, state);
          onChange();
        });
        media.lifetime.onEnd((code) => {
          if (this.#current === making) this.#services.ended(code);
        });
      },
      (error: unknown) => {
        if (this.#current === making) this.#fail(error);
      },
    );
    return [making, repair];
  }

  readonly #fail = (error: unknown): void => {
    this.#services.ended(error instanceof CallError ? error.code : 'router-refused');
  };

  #endBefore(): void {
    this.#before?.stopTimer();
    if (this.#before !== undefined) endMedia(this.#before.media, 'ended');
    this.#before = undefined;
  }
}

function endMedia(media: Promise<Media>, reason: CallErrorCode): void {
  media.then(
    (opened) => {
      opened.close(reason);
    },
    () => undefined,
  );
}
