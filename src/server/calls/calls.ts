import type { CallId } from '../../shared/identity/call-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { MediaPool } from '../media/types.ts';
import { Call, type CallEnd, type CallServices, type Claim } from './call.ts';
import type { Peer } from './presence.ts';
import { Seat } from './seat.ts';
import { Tickets } from './tickets.ts';
import type { WelcomeBack } from './welcome.ts';

/** Told of calls, never which. */
export interface CallWatcher {
  /** `running`: how many calls there are now. */
  started(running: number): void;
  /** Somebody has left a call that goes on or ends. */
  left(): void;
  /** A call's media process died by itself. */
  mediaDied(running: number): void;
  /** `most`: participants that were in it at once. `minutes`: how long it ran. */
  ended(reason: CallEnd, running: number, most: number, minutes: number): void;
}

/** Says whether there is room for one more. Who is in already is not asked about. */
export interface Gate {
  /** Whether `admitsCall` would say yes. */
  readonly open: boolean;
  /** For whoever starts a call. */
  admitsCall(): boolean;
  /** For whoever joins a call that runs. `coreShare`: what its media process uses of one processor, from 0 to 1. */
  admitsParticipant(coreShare: number): boolean;
}

/** The calls that run on this router, and nothing of those that have ended. */
export class Calls {
  readonly #pool: MediaPool;
  readonly #services: CallServices & { readonly gate: Gate };
  readonly #watcher: CallWatcher;
  /** Keyed by `CallId.key`. A call is in it from its first join to its end. */
  readonly #calls = new Map<string, Promise<Call>>();
  readonly #tickets: Tickets;
  /** Of the router's own calls, their `CallId.key`: they are told to nobody, and nothing waits for them. */
  readonly #own = new Set<string>();
  /** Those that have started, until they end. */
  readonly #running = new Set<Call>();
  /** When the router is going to stop, in ms of the clock; undefined while it is not. */
  #stopsAtMs: number | undefined;
  #stopped = false;

  constructor(pool: MediaPool, services: CallServices & { readonly gate: Gate }, watcher: CallWatcher) {
    this.#pool = pool;
    this.#services = services;
    this.#tickets = new Tickets(services.random);
    this.#watcher = watcher;
  }

  get participantLimit(): number {
    return this.#services.participantLimit;
  }

  /** How many calls there are now, the router's own apart. */
  get running(): number {
    return this.#calls.size - this.#own.size;
  }

  /** How many take part in calls now, those whose seats are held included. */
  get participants(): number {
    return [...this.#running].reduce((sum, { id, size }) => sum + (this.#own.has(id.key) ? 0 : size), 0);
  }

  /** The seat of `claim` in the call of that id, which starts if it is not running. Throws CodedError `call-full`, `router-full`, `router-busy`, `seat-refused`. */
  async join(callId: CallId, peer: Peer, claim: Claim): Promise<Seat> {
    const own = claim.own === true;
    for (;;) {
      const running = this.#calls.get(callId.key);
      if (this.#stopped || (running === undefined && this.#stopsAtMs !== undefined))
        throw new CodedError('router-full');
      const { gate } = this.#services;
      if (running === undefined && !(own ? gate.open : gate.admitsCall())) throw new CodedError('router-busy');
      const call = await (running ?? this.#start(callId, own));
      // It may have ended between its answer and now: then it is another call's turn.
      if (call.lifetime.ended) continue;
      // Who comes back to its seat is in the call.
      const comes = running !== undefined && call.find(claim.id) === undefined;
      if (comes && !own && !gate.admitsParticipant(call.coreShare)) throw new CodedError('router-busy');
      const seat = Seat.take(call, peer, claim, this.#services.clock);
      this.#tellEnd(peer);
      return seat;
    }
  }

  /** The call of that id as it is at this moment; undefined when nobody is in it. Starts nothing. */
  async peek({ key }: CallId): Promise<Pick<Call, 'startedAt' | 'full' | 'state'> | undefined> {
    const call = await this.#calls.get(key)?.catch(() => undefined);
    return call?.lifetime.ended === false ? call : undefined;
  }

  /** A ticket for coming back to `seat`; the one before is good for nothing from now on. */
  ticketFor(seat: Seat): Bytes {
    return this.#tickets.issue(seat);
  }

  hasTicketFor(seat: Seat): boolean {
    return this.#tickets.has(seat);
  }

  /**
   * Gives `peer` the seat that the ticket is for, once, with a new ticket, when what was asked before on that seat is done.
   * Throws CodedError `ticket-refused`, and nothing has changed.
   */
  async rejoin(ticket: Bytes, peer: Peer): Promise<WelcomeBack & { readonly seat: Seat; readonly ticket: Bytes }> {
    return this.#tickets.seatOf(ticket).inTurn(() => {
      // Meanwhile somebody else may have used it, or the seat may have ended. A socket that has closed does not use it up.
      const seat = this.#tickets.seatOf(ticket);
      if (!peer.open) throw new CodedError('ticket-refused');
      const back = seat.moveTo(peer);
      this.#tellEnd(peer);
      return { ...back, seat, ticket: this.ticketFor(seat) };
    });
  }

  /** Ms until the router stops; undefined while it is not going to. */
  get stopsInMs(): number | undefined {
    return this.#stopsAtMs === undefined ? undefined : Math.max(0, this.#stopsAtMs - this.#services.clock.nowMs());
  }

  /**
   * Starts no more calls, and tells those in the others that the router stops in `ms`, or sooner if it was going to.
   * Resolves then, or when none is left.
   */
  async drain(ms: number): Promise<void> {
    const { clock } = this.#services;
    this.#stopsAtMs = Math.min(clock.nowMs() + ms, this.#stopsAtMs ?? Infinity);
    for (const call of this.#running) for (const { presence } of call.participants) this.#tellEnd(presence);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const stopTimer = clock.after(ms, () => {
      resolve(undefined);
    });
    const others = [...this.#calls].filter(([key]) => !this.#own.has(key));
    const ended = Promise.all(others.map(([, call]) => ends(call)));
    await Promise.race([promise, ended]);
    stopTimer();
  }

  /** Ends all calls, and starts no more. Resolves when those that were starting have ended, too. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const all = await Promise.allSettled(this.#calls.values());
    for (const call of all) {
      if (call.status === 'fulfilled') call.value.end('router-stopping');
    }
  }

  #tellEnd(peer: Pick<Peer, 'notify'>): void {
    const ms = this.stopsInMs;
    if (ms === undefined) return;
    const secondsLeft = Math.ceil(ms / 1_000);
    peer.notify({ notice: 'router.draining', params: { secondsLeft } });
  }

  #start(callId: CallId, own: boolean): Promise<Call> {
    const { key } = callId;
    const listener = {
      left: (): void => {
        if (!own) this.#watcher.left();
      },
      mediaDied: (): void => {
        this.#watcher.mediaDied(this.running);
      },
    };
    const starting = this.#pool.take().then((media) => new Call(callId, media, this.#pool, this.#services, listener));
    this.#calls.set(key, starting);
    if (own) this.#own.add(key);
    starting.then(
      (call) => {
        this.#running.add(call);
        if (!own) this.#watcher.started(this.running);
        call.lifetime.onEnd((reason) => {
          this.#calls.delete(key);
          this.#own.delete(key);
          this.#running.delete(call);
          const minutes = Math.floor(this.#services.clock.calendarMs() / 60_000) - call.startedAt;
          if (!own) this.#watcher.ended(reason, this.running, call.most, minutes);
        });
      },
      () => {
        this.#calls.delete(key);
        this.#own.delete(key);
      },
    );
    return starting;
  }
}

/** Resolves when a call has ended, or could not start. */
async function ends(starting: Promise<Call>): Promise<void> {
  const call = await starting.catch(() => undefined);
  if (call !== undefined) await new Promise<CallEnd>((end) => call.lifetime.onEnd(end));
}
