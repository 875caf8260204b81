import { ParticipantId } from '../../shared/identity/participant-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Params } from '../../shared/protocol/requests.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { FromWorker } from '../encryption/messages.ts';
import type { Ask } from '../signalling/router-connection.ts';

/** How long to wait when the router has had enough relays for now, in ms: it allows 50 a second. */
const againMs = 250;
/** Most entries of one relay, as ENCRYPTION "Relayed bytes" has it: so many of the largest fit a message. */
const mostEntries = 128;

type Relay = Params<'relay.send'>;
type Entries = Extract<Relay, { list: unknown }>['list'];

/**
 * Gives the worker's relays to the router one after the other. What comes while one is under way goes out together with the
 * next: a handshake with each of 39 others takes a few round trips and not 80. One that is too much for now is tried again
 * before the next, in smaller parts: many who join at once would otherwise lose handshakes, pair messages must not overtake
 * each other (ENCRYPTION "Pair keys"), and what was allowed to forty is too much for the few who stay. Ends with its
 * connection, which then rejects whatever is asked.
 */
export class RelayQueue {
  readonly #ask: Ask;
  readonly #clock: Clock;
  readonly #waiting: Relay[] = [];
  #emptied: Promise<void> | undefined;

  constructor(ask: Ask, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Resolves when all that was added has gone out, or cannot. */
  get drained(): Promise<void> {
    return this.#emptied ?? Promise.resolve();
  }

  add(message: Extract<FromWorker, { type: 'relay' }>): void {
    const relay: Relay = 'toAll' in message ? { toAll: message.toAll } : { list: entriesOf(message.list) };
    const last = this.#waiting.at(-1);
    if (last !== undefined && 'list' in last && 'list' in relay) last.list.push(...relay.list);
    else this.#waiting.push(relay);
    this.#emptied ??= this.#empty();
  }

  async #empty(): Promise<void> {
    let most = mostEntries;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const part = 'list' in next ? { list: next.list.slice(0, most) } : next;
      const count = 'list' in part ? part.list.length : 1;
      if (await this.#isTooMuch(part)) {
        most = Math.max(1, Math.floor(count / 2));
        await this.#pause();
        continue;
      }
      most = mostEntries;
      if ('list' in next) next.list.splice(0, count);
      if (!('list' in next) || next.list.length === 0) this.#waiting.shift();
    }
    this.#emptied = undefined;
  }

  /** Asks the router once. What it refuses for another reason than its limit is lost. */
  async #isTooMuch(relay: Relay): Promise<boolean> {
    try {
      await this.#ask('relay.send', relay);
      return false;
    } catch (error) {
      return error instanceof CodedError && error.code === 'relay-too-often';
    }
  }

  #pause(): Promise<undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#clock.after(againMs, () => {
      resolve(undefined);
    });
    return promise;
  }
}

function entriesOf(list: Extract<FromWorker, { list: unknown }>['list']): Entries {
  return list.flatMap(({ to, bytes }) => {
    const id = ParticipantId.from(fromBase64Url(to) ?? new Uint8Array());
    return id === undefined ? [] : [{ to: id, bytes }];
  });
}
