import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { viewElement } from './attention/element-view.ts';
import { CallError } from './call-error.ts';
import { capture } from './devices.ts';
import type { Invitation } from './invitation.ts';
import { OwnScreen } from './own-screen.ts';
import { OwnSourceControl } from './own-source.ts';
import { PeopleView, type View } from './people-view.ts';
import { Rejoining } from './rejoining.ts';
import { elsewhere, knownRouters, routerOf, type KnownRouter } from './routers.ts';
import { Session, type SessionEnd, type SessionInput } from './session.ts';
import { Sound } from './sound.ts';
import { Store } from './store.ts';
import type { Call, CallErrorCode, Connection, Encryption, JoinOptions, Participant, ReceivedStream } from './types.ts';
import { VideoElements } from './video-elements.ts';
import { Watch } from './watch.ts';

/** The world outside: time, WebSockets, workers, what this browser can do with video, and when the network changes. */
export interface CallServices extends Pick<SessionInput, 'socket' | 'worker' | 'video' | 'network'> {
  readonly clock: Clock;
}

/** Cameras that are received at once, unless the application says otherwise: a page of nine. */
const mostCameras = 9;

/** A call that was joined: one session after the other, each a participant of its own, until it is left. */
export class JoinedCall implements Call {
  readonly participants = new Store<readonly Participant[]>([]);
  readonly speakers = new Store<readonly string[]>([]);
  readonly connection = new Store<Connection>({ phase: 'connecting', media: 'none', reason: undefined });
  readonly encryption = new Store<Encryption>({ agreement: { state: 'waiting' } });
  readonly microphone = new OwnSourceControl('microphone', (options) => capture('microphone', options));
  readonly camera = new OwnSourceControl('camera', (options) => capture('camera', options));
  readonly screen = new OwnScreen();
  readonly sound = new Sound();
  readonly #input: Omit<SessionInput, 'startedMs' | 'onChange' | 'router'>;
  readonly #leaving = new AbortController();
  readonly #elements = new VideoElements(viewElement, () => this.#session?.attention.look());
  readonly #view = new PeopleView(this.#elements);
  readonly #rejoining: Rejoining;
  readonly #startedMs: number;
  /** Where the call is, as far as we know. */
  #router: KnownRouter;
  #session: Session | undefined;
  #ranked: readonly string[] = [];
  #watch: Watch | undefined;
  #joinMs = 0;
  #left: Promise<void> | undefined;

  /** Joins, once; rejects like `Session.join`, with everything undone. */
  static async join(invitation: Invitation, options: JoinOptions, services: CallServices): Promise<JoinedCall> {
    const call = new JoinedCall(invitation, options, services);
    const leave = (): void => {
      void call.leave();
    };
    if (options.signal?.aborted === true) throw new CallError('aborted');
    options.signal?.addEventListener('abort', leave, { once: true });
    try {
      call.#adopt(await call.#join());
    } catch (error) {
      options.signal?.removeEventListener('abort', leave);
      throw error;
    }
    call.#joinMs = services.clock.nowMs() - call.#startedMs;
    return call;
  }

  private constructor(invitation: Invitation, options: JoinOptions, services: CallServices) {
    this.#input = {
      invitation,
      name: options.name,
      clock: services.clock,
      socket: services.socket,
      video: services.video,
      network: services.network,
      routers: knownRouters(options.routers ?? []),
      worker: services.worker,
      signal: this.#leaving.signal,
      tokens: options.tokens,
      seen: (key, source) => this.#elements.linesOf(`${this.#view.idOf(key)} ${source}`),
      maxCameras: options.maxCameras ?? mostCameras,
    };
    this.#router = routerOf(invitation);
    this.#startedMs = services.clock.nowMs();
    this.#rejoining = new Rejoining(services.clock);
  }

  get joinMs(): number {
    return this.#joinMs;
  }

  async statistics(): Promise<readonly ReceivedStream[]> {
    const watch = this.#watch;
    return watch === undefined ? [] : watch.statistics((key) => this.#view.idOf(key));
  }

  async inventory(): Promise<Inventory> {
    if (this.#session === undefined) throw new CallError('ended');
    return this.#session.inventory();
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  /** For a page that is going away: no time for goodbyes, the code with which the socket closes says it. */
  vanish(): void {
    this.#session?.end('left');
    void this.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  /** On the router where the call was last, or, when that is not to be had, where it goes then. */
  async #join(): Promise<Session> {
    const { invitation, routers } = this.#input;
    let rest: KnownRouter[] | undefined;
    for (let router = this.#router; ;) {
      try {
        return await this.#joinOn(router);
      } catch (error) {
        if (!(error instanceof CallError) || (error.code !== 'router-unreachable' && error.code !== 'router-full'))
          throw error;
        rest ??= [...elsewhere(await invitation.callId, routers, this.#router)];
        const next = rest.shift();
        if (next === undefined) throw error;
        router = next;
      }
    }
  }

  #joinOn(router: KnownRouter): Promise<Session> {
    return Session.join({
      ...this.#input,
      router,
      startedMs: this.#session === undefined ? this.#startedMs : this.#input.clock.nowMs(),
      onChange: () => {
        this.#refresh();
      },
    });
  }

  #adopt(session: Session): void {
    this.#session = session;
    this.#watch = new Watch(session, this.#input.clock, () => {
      this.#refresh();
    });
    this.#rejoining.joined();
    this.#refresh();
    for (const source of this.#sources) source.attach(session).catch(() => undefined); // it shows as off
    session.lifetime.onEnd((reason) => {
      this.#watch = undefined;
      this.#router = session.router;
      void this.#sessionEnded(reason);
    });
  }

  async #sessionEnded(reason: SessionEnd): Promise<void> {
    if (reason === 'left' || this.#leaving.signal.aborted) return;
    for (const source of this.#sources) void source.attach(undefined);
    this.connection.set(Object.freeze({ phase: 'connecting', media: 'none', reason: undefined }));
    this.encryption.set({ agreement: { state: 'waiting' } }); // the old code speaks for nobody any more
    this.#show(this.#view.pause());
    let failure: SessionEnd = reason;
    while (await this.#rejoining.mayTry(failure, this.#leaving.signal)) {
      try {
        this.#adopt(await this.#join());
        return;
      } catch (error) {
        failure = error instanceof CallError ? error.code : 'router-refused';
      }
    }
    this.#end(failure === 'join-anew' ? 'router-unreachable' : failure);
  }

  async #leave(): Promise<void> {
    this.#leaving.abort();
    const session = this.#session;
    this.#end('left');
    await session?.leave();
  }

  #end(reason: 'left' | CallErrorCode): void {
    if (this.connection.get().phase === 'ended') return;
    this.connection.set(Object.freeze({ phase: 'ended', media: 'none', reason }));
    this.#show({ participants: [], sounds: new Map(), videos: new Map() });
    this.#rank([]);
    for (const source of this.#sources) source.end();
  }

  #refresh(): void {
    const session = this.#session;
    if (session === undefined || session.lifetime.ended || this.#leaving.signal.aborted) return;
    const { phase, media } = session.connection;
    const before = this.connection.get();
    if (before.phase !== phase || before.media !== media)
      this.connection.set(Object.freeze({ phase, media, reason: undefined }));
    this.#show(this.#view.update(session.others.all));
    this.#rank(session.attention.speakers);
    if (this.encryption.get().agreement !== session.agreement)
      this.encryption.set(Object.freeze({ agreement: session.agreement }));
  }

  /** By key; to be shown by id. */
  #rank(speakers: readonly string[]): void {
    if (speakers === this.#ranked) return;
    this.#ranked = speakers;
    this.speakers.set(Object.freeze(speakers.map((key) => this.#view.idOf(key))));
  }

  #show({ participants, sounds, videos }: View): void {
    this.sound.play(sounds);
    this.#elements.update(videos);
    this.participants.set(participants);
  }

  get #sources(): readonly Pick<OwnSourceControl, 'attach' | 'end'>[] {
    return [this.microphone, this.camera, this.screen];
  }
}
