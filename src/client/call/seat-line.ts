import type { Notice } from '../../shared/protocol/notices.ts';
import type { RequestName, Result } from '../../shared/protocol/requests.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { equal, type Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { Ask, RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import { outcomeOf } from './outcome.ts';
import type { KnownRouter } from './routers.ts';
import type { CallErrorCode } from './types.ts';

/** Before each attempt, at most this long, in ms; the last one again and again. */
const delaysMs = [100, 250, 250, 500] as const;
/** How long one attempt may take, in ms. Lower gives up a dead path sooner; higher bears slower networks. */
const attemptMs = 3_000;
/**
 * How long the line tries to get back to the seat, in ms: as long as the others may take us for there (ENCRYPTION "Gone"). Lower
 * joins anew sooner; higher than that serves nobody but who is alone.
 */
const comeBackMs = 20_000;
/** After so long without its router, the line tries others as well, in ms. Lower leaves a router that restarts; higher waits for one that is gone. */
const elsewhereMs = 6_000;

/** Ends of an attempt that another one cannot change. */
const final: ReadonlySet<CallErrorCode> = new Set<CallErrorCode>([
  'router-not-pinned',
  'version-unknown',
  'not-https',
  'call-full',
]);

export type Joined = Result<'call.join'>;
export type WelcomeBack = Result<'call.rejoin'>;

/** How the seat was had again, and what the router says on it. */
export type Back =
  /** By ticket: all that was ours and that of others still stands where `welcome` says so. */
  | { readonly how: 'rejoined'; readonly welcome: WelcomeBack }
  /** By seat key: the same participant without any media. `sameRun`: in the call that it was in, so whoever is not in it has left. */
  | { readonly how: 'joined'; readonly sameRun: boolean; readonly welcome: Joined }
  /** By seat key, on another router, while the one before still has our media. */
  | { readonly how: 'moved'; readonly welcome: Joined };

/** Who follows what comes over the line. */
export interface LineListener {
  readonly notice: (notice: Notice) => void;
  /** The connection is lost; media go on, and so does the seat for a while. */
  readonly lost: () => void;
  /** The same seat again. What notices would have said in the meantime is in its welcome; those that follow come after. */
  readonly back: (back: Back) => void;
}

export interface LineServices {
  /** Rejects like `RouterConnection.open`. */
  readonly connect: (router: KnownRouter, signal: AbortSignal) => Promise<RouterConnection>;
  /** Takes the seat by its key. Rejects like `admit`. */
  readonly join: (connection: RouterConnection, lastRun: Bytes) => Promise<Joined | 'seat-ended'>;
  /** Where else the call goes when it cannot be on this router any more, best first. */
  readonly elsewhere: (present: KnownRouter) => readonly KnownRouter[];
  readonly clock: Clock;
  /** From 0 to 1: spreads those who lost the same router at the same moment. */
  readonly random: () => number;
}

type State =
  | { readonly at: 'connected'; readonly connection: RouterConnection; readonly own: WelcomeBack['own'] }
  | { readonly at: 'away'; readonly back: PromiseWithResolvers<undefined> };

const nothing: WelcomeBack['own'] = { transports: [], sources: [] };

/**
 * The way from one seat to a router: one connection after another, first by ticket, while the seat is held (PROTOCOL section
 * 6, "Held seats"), then by seat key, on the same router or another. Whoever asks is answered, on whichever connection. It
 * ends when it is closed or the seat is lost.
 */
export class SeatLine {
  readonly lifetime = new Lifetime<CallErrorCode>();
  readonly #services: LineServices;
  readonly #listener: LineListener;
  readonly #closing = new AbortController();
  #router: KnownRouter;
  #state: State;
  /** In memory only, and only the last one. */
  #ticket: Bytes;
  #run: Bytes;
  /** How often the seat was taken by its key: what was asked about media before has ended with them. */
  #seating = 0;

  /** Over `connection` to `router`, on which the seat was taken. */
  constructor(
    router: KnownRouter,
    connection: RouterConnection,
    { ticket, run }: Pick<Joined, 'ticket' | 'run'>,
    listener: LineListener,
    services: LineServices,
  ) {
    this.#services = services;
    this.#listener = listener;
    this.#router = router;
    this.#ticket = ticket;
    this.#run = run;
    this.#state = { at: 'connected', connection, own: nothing };
    this.#follow(connection);
  }

  get away(): boolean {
    return this.#state.at === 'away' && !this.lifetime.ended;
  }

  /** The router that the seat is on. */
  get router(): KnownRouter {
    return this.#router;
  }

  /** Hears every notice from the first on. To be called once, when the welcome has been taken in. */
  listen(): void {
    if (this.#state.at === 'connected') this.#state.connection.listen(this.#listener.notice);
  }

  /**
   * Rejects with CodedError<RequestError> when the router refuses, with CallError when the line ends before. What was asked
   * on a connection that was lost has been done or is asked again; what is about media is refused with `media-renewed` when
   * the seat has been taken anew since.
   */
  readonly ask: Ask = async (request, params) => {
    const seating = this.#seating;
    for (let asked = false; ; asked = true) {
      const { connection, own } = await this.#connected();
      if (this.#seating !== seating && isAboutMedia(request)) throw new CodedError('media-renewed');
      const outcome = asked ? outcomeOf(request, params, own) : undefined;
      if (outcome !== undefined) return outcome;
      try {
        return await connection.ask(request, params);
      } catch (error) {
        if (!(error instanceof CallError)) throw error; // an answer, if only a refusal
      }
    }
  };

  /**
   * Takes the seat on the first of these routers that lets us, and only then leaves the present one, which holds our seat
   * there, and forwards our media, for 10 s more. Answers whether that worked; never rejects.
   */
  async move(routers: readonly KnownRouter[]): Promise<boolean> {
    for (const router of routers) {
      if (this.#state.at !== 'connected') return false; // then it is a matter of coming back
      const failure = await this.#attempt(router, async (connection) => {
        const welcome = await this.#services.join(connection, this.#run);
        return welcome === 'seat-ended' ? welcome : { how: 'moved', welcome };
      });
      if (failure === undefined) return true;
    }
    return false;
  }

  /** Ends it, and gives the seat up. */
  close(code: CallErrorCode = 'ended'): void {
    const state = this.#state;
    this.#end(code);
    if (state.at === 'connected') state.connection.close(new CallError(code));
  }

  async #connected(): Promise<Extract<State, { at: 'connected' }>> {
    for (;;) {
      if (this.lifetime.reason !== undefined) throw new CallError(this.lifetime.reason);
      if (this.#state.at === 'connected') return this.#state;
      await this.#state.back.promise;
    }
  }

  #follow(connection: RouterConnection): void {
    connection.lifetime.onEnd((code) => {
      if (this.lifetime.ended || this.#state.at !== 'connected' || this.#state.connection !== connection) return;
      if (code !== 'router-unreachable') {
        this.#end(code);
        return;
      }
      const back = Promise.withResolvers<undefined>();
      this.#state = { at: 'away', back };
      this.#listener.lost();
      void this.#comeBack().then(() => {
        back.resolve(undefined);
      });
    });
  }

  /** Until the seat is had again, or the line has ended. Never rejects. */
  async #comeBack(): Promise<void> {
    const { clock, random } = this.#services;
    const lostMs = clock.nowMs();
    for (let attempt = 0; this.away; attempt += 1) {
      const delayMs = delaysMs[attempt] ?? delaysMs.at(-1) ?? 0;
      await this.#pause(delayMs * (0.5 + random() / 2));
      const awayMs = clock.nowMs() - lostMs;
      const others = awayMs < elsewhereMs ? [] : this.#services.elsewhere(this.#router);
      for (const router of [this.#router, ...others]) {
        const failure = await this.#attempt(router, (connection) => this.#takeSeat(connection, router));
        if (failure === undefined) return;
        if (failure === 'seat-ended') this.#end('router-unreachable');
        else if (final.has(failure)) this.#end(failure);
      }
      if (clock.nowMs() - lostMs >= comeBackMs) this.#end('router-unreachable');
    }
  }

  /** By ticket where there may be a seat of ours, else by its key. Rejects with CallError. */
  async #takeSeat(connection: RouterConnection, router: KnownRouter): Promise<Back | 'seat-ended'> {
    if (router === this.#router) {
      try {
        return { how: 'rejoined', welcome: await connection.ask('call.rejoin', { ticket: this.#ticket }) };
      } catch (error) {
        if (error instanceof CallError) throw error; // no answer
      }
    }
    const welcome = await this.#services.join(connection, this.#run);
    if (welcome === 'seat-ended') return welcome;
    return { how: 'joined', sameRun: equal(welcome.run, this.#run), welcome };
  }

  /** Takes the seat over a new connection. Answers why it did not work; undefined when it did, or the line ended. */
  async #attempt(
    router: KnownRouter,
    take: (connection: RouterConnection) => Promise<Back | 'seat-ended'>,
  ): Promise<CallErrorCode | 'seat-ended' | undefined> {
    if (this.lifetime.ended) return undefined;
    const giveUp = new AbortController();
    const abort = (): void => {
      giveUp.abort();
    };
    const stopTimer = this.#services.clock.after(attemptMs, abort);
    this.#closing.signal.addEventListener('abort', abort, { once: true });
    try {
      const connection = await this.#services.connect(router, giveUp.signal);
      const close = (): void => {
        // A seat that it gives us too late is held for the next attempt; when it is all over, it is given up.
        if (this.lifetime.ended) connection.close();
        else connection.abandon();
      };
      giveUp.signal.addEventListener('abort', close, { once: true });
      const back = await take(connection);
      giveUp.signal.removeEventListener('abort', close);
      if (back === 'seat-ended') connection.close();
      if (back === 'seat-ended' || connection.lifetime.ended)
        return back === 'seat-ended' ? back : 'router-unreachable';
      if (back.how !== 'moved' && this.#state.at === 'connected')
        connection.abandon(); // it has moved meanwhile
      else this.#have(router, connection, back);
      return undefined;
    } catch (error) {
      return error instanceof CallError ? error.code : 'router-refused';
    } finally {
      stopTimer();
      this.#closing.signal.removeEventListener('abort', abort);
    }
  }

  /** The seat is ours on this connection from now on. */
  #have(router: KnownRouter, connection: RouterConnection, back: Back): void {
    const before = this.#state;
    this.#ticket.fill(0);
    this.#ticket = back.welcome.ticket;
    this.#run = back.welcome.run;
    this.#router = router;
    this.#state = { at: 'connected', connection, own: back.how === 'rejoined' ? back.welcome.own : nothing };
    if (back.how !== 'rejoined') this.#seating += 1;
    this.#follow(connection);
    if (before.at === 'connected') before.connection.abandon();
    this.#listener.back(back);
    connection.listen(this.#listener.notice);
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => {
      stopTimer();
      resolve(undefined);
    };
    const stopTimer = this.#services.clock.after(ms, wake);
    this.#closing.signal.addEventListener('abort', wake, { once: true });
    return promise.then(() => {
      this.#closing.signal.removeEventListener('abort', wake);
    });
  }

  #end(code: CallErrorCode): void {
    if (this.lifetime.ended) return;
    this.lifetime.end(code);
    this.#ticket.fill(0);
    this.#closing.abort();
  }
}

/** Whether it is about transports, sources or subscriptions, which end when the seat is taken anew. */
function isAboutMedia(request: RequestName): boolean {
  return /^(transport|producer|subscription|consumer)\./u.test(request);
}
