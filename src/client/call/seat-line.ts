import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { Ask, RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import { outcomeOf } from './outcome.ts';
import type { CallErrorCode } from './types.ts';

/** Before each attempt, at most this long, in ms; the last one again and again while the seat is held. */
const delaysMs = [100, 250, 500, 1_000, 2_000] as const;
/** How long one attempt may take, in ms. Lower gives up a dead path sooner; higher bears slower networks. */
const attemptMs = 3_000;

/** Ends of an attempt that another one cannot change. */
const final: ReadonlySet<CallErrorCode> = new Set<CallErrorCode>(['router-not-pinned', 'version-unknown', 'not-https']);

export type WelcomeBack = Result<'call.rejoin'>;

/** Who follows what comes over the line. */
export interface LineListener {
  readonly notice: (notice: Notice) => void;
  /** The connection is lost; media go on, and so does the seat for a while. */
  readonly lost: () => void;
  /** The same seat again. What notices would have said in the meantime is in `welcome`; those that follow come after. */
  readonly back: (welcome: WelcomeBack) => void;
}

export interface LineServices {
  /** Connects to the same router once more. Rejects like `RouterConnection.open`. */
  readonly connect: (signal: AbortSignal) => Promise<RouterConnection>;
  readonly clock: Clock;
  /** From 0 to 1: spreads those who lost the same router at the same moment. */
  readonly random: () => number;
}

type State =
  | { readonly at: 'connected'; readonly connection: RouterConnection; readonly own: WelcomeBack['own'] }
  | { readonly at: 'away'; readonly back: PromiseWithResolvers<undefined> };

/**
 * The way from one seat to the router: one connection after another, as long as the seat is held (PROTOCOL section 6, "Held
 * seats"). Whoever asks is answered, on whichever connection. It ends when it is closed or the seat is lost.
 */
export class SeatLine {
  readonly lifetime = new Lifetime<CallErrorCode>();
  readonly #services: LineServices;
  readonly #listener: LineListener;
  readonly #closing = new AbortController();
  #state: State;
  /** In memory only, and only the last one. */
  #ticket: Bytes;

  /** Over `connection`, on which the seat was taken and `ticket` came. */
  constructor(connection: RouterConnection, ticket: Bytes, listener: LineListener, services: LineServices) {
    this.#services = services;
    this.#listener = listener;
    this.#ticket = ticket;
    this.#state = { at: 'connected', connection, own: { transports: [], sources: [] } };
    this.#follow(connection);
  }

  get away(): boolean {
    return this.#state.at === 'away' && !this.lifetime.ended;
  }

  /** Hears every notice from the first on. To be called once, when the welcome has been taken in. */
  listen(): void {
    if (this.#state.at === 'connected') this.#state.connection.listen(this.#listener.notice);
  }

  /**
   * Rejects with CodedError<RequestError> when the router refuses, with CallError when the line ends before. What was asked
   * on a connection that was lost has been done or is asked again.
   */
  readonly ask: Ask = async (request, params) => {
    let { connection } = await this.#connected();
    for (;;) {
      try {
        return await connection.ask(request, params);
      } catch (error) {
        if (!(error instanceof CallError)) throw error; // an answer, if only a refusal
      }
      const next = await this.#connected();
      const outcome = outcomeOf(request, params, next.own);
      if (outcome !== undefined) return outcome;
      connection = next.connection;
    }
  };

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
      if (this.lifetime.ended) return;
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
    const untilMs = clock.nowMs() + limits.seatHeldMs;
    for (let attempt = 0; !this.lifetime.ended; attempt += 1) {
      const delayMs = delaysMs[attempt] ?? delaysMs.at(-1) ?? 0;
      await this.#pause(delayMs * (0.5 + random() / 2));
      const failure = await this.#attempt();
      if (failure === undefined) return;
      if (failure === 'seat-lost' || clock.nowMs() >= untilMs) this.#end('router-unreachable');
      else if (final.has(failure)) this.#end(failure);
    }
  }

  /** Rejoins over a new connection. Answers why it did not work; undefined when it did, or the line ended. */
  async #attempt(): Promise<CallErrorCode | 'seat-lost' | undefined> {
    if (this.lifetime.ended) return undefined;
    const giveUp = new AbortController();
    const abort = (): void => {
      giveUp.abort();
    };
    const stopTimer = this.#services.clock.after(attemptMs, abort);
    this.#closing.signal.addEventListener('abort', abort, { once: true });
    try {
      const connection = await this.#services.connect(giveUp.signal);
      // Not yet ours: a ticket that the router takes too late for us gives the seat up with the socket.
      const close = (): void => {
        connection.close(new CallError('router-unreachable'));
      };
      giveUp.signal.addEventListener('abort', close, { once: true });
      const welcome = await connection.ask('call.rejoin', { ticket: this.#ticket });
      giveUp.signal.removeEventListener('abort', close);
      if (connection.lifetime.ended) return 'router-unreachable';
      this.#ticket.fill(0);
      this.#ticket = welcome.ticket;
      this.#state = { at: 'connected', connection, own: welcome.own };
      this.#follow(connection);
      this.#listener.back(welcome);
      connection.listen(this.#listener.notice);
      return undefined;
    } catch (error) {
      return error instanceof CallError ? error.code : 'seat-lost'; // `ticket-refused`
    } finally {
      stopTimer();
      this.#closing.signal.removeEventListener('abort', abort);
    }
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
