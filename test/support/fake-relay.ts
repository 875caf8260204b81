import { randomBytes } from 'node:crypto';
import { Group } from '../../src/client/encryption/group/group.ts';
import type { Agreement, FromWorker, Person, ToWorker, VideoCodec } from '../../src/client/encryption/messages.ts';
import { toBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';
import { callIdOf } from './call-id.ts';
import { FakeClock } from './fake-clock.ts';

/** One entry of a relay on its way. Ids are base64url. */
export interface Delivery {
  readonly from: string;
  readonly to: string;
  readonly bytes: Bytes;
}

/** What a router makes of a delivery: the honest one passes on just that. */
export type Rule = (delivery: Delivery) => readonly Delivery[];

export function random(length: number): Bytes {
  return new Uint8Array(randomBytes(length));
}

/** A new participant id, as base64url. */
export function newId(): string {
  return toBase64Url(random(16));
}

/** One participant in front of the relay: its group, and what that has told its page. */
export class Seat {
  readonly id: string;
  readonly clock: FakeClock;
  readonly group: Group;
  people: readonly Person[] = [];
  agreement: Agreement | undefined;
  /** Everything but relays, in order. */
  readonly told: FromWorker[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(
    input: Omit<Extract<ToWorker, { type: 'start' }>, 'type'> & {
      clock: FakeClock;
      random: (length: number) => Bytes;
      relay: (message: Extract<FromWorker, { type: 'relay' }>) => void;
    },
  ) {
    const { clock, relay, callKey, callId, participant, name, others, decodes } = input;
    this.id = participant;
    this.clock = clock;
    this.group = new Group({
      clock,
      random: input.random,
      start: { type: 'start', callKey: callKey.slice(), callId, participant, name, others, decodes },
      emit: (message) => {
        if (message.type === 'relay') relay(message);
        else this.#hear(message);
      },
    });
  }

  /** What this one knows about another. */
  sees(other: Seat | string): Person | undefined {
    const id = typeof other === 'string' ? other : other.id;
    return this.people.find(({ participant }) => participant === id);
  }

  /** Whether this one has been told `type`. */
  wasTold(type: FromWorker['type']): boolean {
    return this.told.some((message) => message.type === type);
  }

  /** Resolves once the page has been told something after which `isSo`; at once if it is. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** The verification code, when it is shown. */
  async code(): Promise<string> {
    await this.until(() => this.agreement?.state === 'agreed');
    return this.agreement?.state === 'agreed' ? this.agreement.code : '';
  }

  #hear(message: Exclude<FromWorker, { type: 'relay' }>): void {
    this.told.push(message);
    if (message.type === 'people') this.people = message.people;
    if (message.type === 'agreement') this.agreement = message.agreement;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/**
 * The relay path of a router, honest until told otherwise: `rule` sees each delivery and may drop, hold back, repeat,
 * redirect or forge; `show`, `hide` and `inject` do what only a router can. Everything sent is kept in `sent`.
 */
export class FakeRelay {
  readonly clock = new FakeClock();
  readonly callKey = random(32);
  readonly sent: Delivery[] = [];
  /** The relays themselves, before they were taken apart. */
  readonly relays: { readonly from: string; readonly message: FromWorker }[] = [];
  rule: Rule = (delivery) => [delivery];
  readonly #seats = new Map<string, Seat>();
  readonly #dead = new Set<string>();
  #queue: Delivery[] = [];

  /** The seats that the router still has. */
  get seats(): readonly Seat[] {
    return [...this.#seats.values()];
  }

  /** A participant joins, and all messages that follow from it at once are delivered. */
  join(name: string, options: JoinOptions = {}): Seat {
    const id = options.id ?? newId();
    const others = [...this.#seats.keys()];
    for (const other of this.seats)
      if (!this.#away.has(other.id)) other.group.handle({ type: 'participant-joined', participant: id });
    const callKey = options.callKey ?? this.callKey;
    const seat = new Seat({
      callKey,
      callId: callIdOf(callKey).bytes,
      participant: id,
      name,
      others,
      decodes: options.decodes ?? ['vp8', 'vp9'],
      clock: options.clock ?? this.clock,
      random: options.random ?? random,
      relay: (message) => {
        this.#relay(id, message);
      },
    });
    this.#seats.set(id, seat);
    this.deliver();
    return seat;
  }

  /** A participant leaves as it should. */
  leave(seat: Seat): void {
    seat.group.handle({ type: 'leave' });
    this.vanish(seat);
  }

  /** A participant's process dies. `hidden`: the router keeps that to itself. */
  vanish(seat: Seat, hidden?: 'hidden'): void {
    this.#dead.add(seat.id);
    this.#seats.delete(seat.id);
    if (hidden === undefined) this.hide(seat.id);
    this.deliver();
  }

  /** The router shows an id to everybody, or to those given, that it need not have. */
  show(id: string, to = this.seats): void {
    for (const seat of to) seat.group.handle({ type: 'participant-joined', participant: id });
    this.deliver();
  }

  /** Whoever is in `away` hears nothing of the router's and is not heard, until it comes back. */
  readonly #away = new Set<string>();

  /** A participant's socket is lost. */
  lose(seat: Seat): void {
    this.#away.add(seat.id);
  }

  /** It is back, and greets those whom it does not know. */
  comeBack(seat: Seat): void {
    this.#away.delete(seat.id);
    for (const { id } of this.seats)
      if (id !== seat.id && seat.sees(id) === undefined)
        seat.group.handle({ type: 'participant-joined', participant: id, greet: true });
    seat.group.handle({ type: 'back' });
    this.deliver();
  }

  /** The router says that an id has left. */
  hide(id: string, to = this.seats): void {
    for (const seat of to) seat.group.handle({ type: 'participant-left', participant: id });
    this.deliver();
  }

  /** The router delivers bytes of its own making or memory. */
  inject(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.deliver();
  }

  /** Delivers what is waiting and what follows from it. */
  deliver(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { from, to, bytes } = next;
      const list = [{ from, bytes: bytes.slice() }];
      if (!this.#away.has(to)) this.#seats.get(to)?.group.handle({ type: 'relayed', list });
    }
  }

  /** Time passes, in steps of 50 ms at most, with deliveries between them. */
  run(ms: number): void {
    for (let left = ms; left > 0; left -= 50) {
      this.clock.advance(Math.min(50, left));
      this.deliver();
    }
  }

  #relay(from: string, message: Extract<FromWorker, { type: 'relay' }>): void {
    if (this.#dead.has(from) || this.#away.has(from)) return;
    this.relays.push({ from, message });
    const others = [...this.#seats.keys()].filter((id) => id !== from);
    const list = 'list' in message ? message.list : others.map((to) => ({ to, bytes: message.toAll }));
    for (const { to, bytes } of list) {
      const delivery = { from, to, bytes };
      this.sent.push(delivery);
      this.#queue.push(...this.rule(delivery));
    }
  }
}

interface JoinOptions {
  readonly decodes?: readonly VideoCodec[];
  /** Default: the call's. */
  readonly callKey?: Bytes;
  readonly id?: string;
  /** Default: the relay's, which `run` moves. */
  readonly clock?: FakeClock;
  readonly random?: (length: number) => Bytes;
}
