import type { Source } from '../../shared/identity/source.ts';
import type { VideoCodec } from '../encryption/messages.ts';
import type { Sending } from '../media/media.ts';
import { CallError } from './call-error.ts';
import { defaultMaxHeight } from './devices.ts';
import type { Session } from './session.ts';
import { Store } from './store.ts';
import type { OwnSource, Readable, TurnOnOptions } from './types.ts';

/** The part of a session that a source of ours needs. */
export type SendingSession = Pick<Session, 'send' | 'capture' | 'mute' | 'videoCodec'>;

/** One source of one's own: its track outlives sessions, its stream belongs to one. */
export class OwnSourceControl implements OwnSource {
  readonly #source: Source;
  readonly #take: (options: TurnOnOptions) => Promise<MediaStreamTrack>;
  readonly #state = new Store<'off' | 'starting' | 'on' | 'muted'>('off');
  readonly #track = new Store<MediaStreamTrack | undefined>(undefined);
  #maxHeight = defaultMaxHeight;
  #session: SendingSession | undefined;
  /** The stream, and the session it is in. */
  #sending: { readonly session: SendingSession; readonly stream: Sending; readonly codec: VideoCodec } | undefined;
  #unfollow: () => void = () => undefined;
  #ended = false;
  /** What was asked for last; one thing after the other. */
  #turn: Promise<void> = Promise.resolve();

  /** `take` captures it; rejects with CallError. */
  constructor(source: Source, take: (options: TurnOnOptions) => Promise<MediaStreamTrack>) {
    this.#source = source;
    this.#take = take;
  }

  get state(): Readable<'off' | 'starting' | 'on' | 'muted'> {
    return this.#state;
  }

  get track(): Readable<MediaStreamTrack | undefined> {
    return this.#track;
  }

  turnOn(options: TurnOnOptions = {}): Promise<void> {
    return this.#inTurn(() => this.#turnOn(options));
  }

  turnOff(): Promise<void> {
    return this.#inTurn(async () => {
      const track = this.#track.get();
      if (this.#source !== 'microphone' || track === undefined) {
        await this.#stop();
        return;
      }
      track.enabled = false;
      this.#state.set('muted');
      this.#session?.mute(true);
    });
  }

  /** Goes on in a new session; undefined while there is none. What cannot be sent there is turned off. */
  attach(session: SendingSession | undefined): Promise<void> {
    this.#session = session; // at once: what was under way for the last one must not turn the source off
    this.#unfollow();
    if (session !== undefined && this.#source === 'camera')
      this.#unfollow = session.videoCodec.subscribe(() => {
        void this.#inTurn(() => this.#recode()).catch(() => undefined); // it shows as off
      });
    return this.#inTurn(async () => {
      if (this.#stream === undefined) await this.#start();
    });
  }

  /** The call has ended: the device is freed and never taken again, even if somebody allows it only now. */
  end(): void {
    this.#ended = true;
    this.#session = undefined;
    this.#unfollow();
    this.#free();
  }

  async #turnOn(options: TurnOnOptions): Promise<void> {
    if (this.#ended) throw new CallError('ended');
    const current = this.#track.get();
    const isOther = options.track !== undefined || options.deviceId !== undefined;
    if (current !== undefined && !isOther) {
      current.enabled = true;
      this.#state.set('on');
      if (this.#source === 'microphone') this.#session?.mute(false);
      return;
    }
    const before = this.#state.get();
    this.#state.set('starting');
    let track: MediaStreamTrack;
    try {
      track = options.track ?? (await this.#take(options));
    } catch (error) {
      this.#state.set(this.#isEnded() ? 'off' : before);
      throw error;
    }
    if (this.#isEnded()) {
      track.stop();
      throw new CallError('ended');
    }
    this.#maxHeight = options.maxHeight ?? defaultMaxHeight;
    track.addEventListener('ended', () => {
      if (this.#track.get() === track) void this.#inTurn(() => this.#stop()).catch(() => undefined);
    });
    this.#track.set(track);
    this.#state.set('on');
    current?.stop();
    const stream = this.#stream;
    if (stream === undefined) await this.#start();
    else {
      if (this.#source === 'microphone') this.#session?.mute(false);
      await stream.replaceTrack(track);
    }
  }

  /** Sends the track in the present session, if there is one. */
  async #start(): Promise<void> {
    const session = this.#session;
    const track = this.#track.get();
    if (session === undefined || track === undefined) return;
    session.capture(this.#source, true);
    if (this.#source === 'microphone') session.mute(this.#state.get() === 'muted');
    // A screen stays with what everybody decodes: its sizes were measured with it.
    const codec = this.#source === 'camera' ? session.videoCodec.get() : 'vp8';
    try {
      const stream = await session.send(this.#source, track, { maxHeight: this.#maxHeight, codec });
      this.#sending = { session, stream, codec };
    } catch (error) {
      if (this.#session !== session) return; // ended meanwhile; the next session sends it
      await this.#stop();
      throw error instanceof CallError ? error : new CallError('router-refused');
    }
  }

  /**
   * Sends in the codec that is to be used now, if that is another: a new stream of the same source, which the router gets right
   * after the end of the old one.
   */
  async #recode(): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined || this.#sending?.codec === this.#session?.videoCodec.get()) return;
    this.#sending = undefined;
    const closed = stream.close().catch(() => undefined); // the connection ended: nothing to close any more
    await this.#start();
    await closed;
  }

  async #stop(): Promise<void> {
    const stream = this.#stream;
    this.#sending = undefined;
    this.#free();
    this.#session?.capture(this.#source, false);
    await stream?.close().catch(() => undefined); // the connection ended: nothing to close any more
  }

  #free(): void {
    this.#track.get()?.stop();
    this.#track.set(undefined);
    this.#state.set('off');
  }

  /** The stream in the present session. */
  get #stream(): Sending | undefined {
    return this.#sending?.session === this.#session ? this.#sending?.stream : undefined;
  }

  #isEnded(): boolean {
    return this.#ended;
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
