import { ParticipantId } from '../../shared/identity/participant-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Params } from '../../shared/protocol/requests.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { FromWorker } from '../encryption/messages.ts';
import type { Ask } from '../signalling/router-connection.ts';

/** How long to wait when the router has had enough relays for now, in ms: it allows 50 a second. */
const againMs = 250;

/**
 * Gives the worker's relays to the router one after the other. One that is too much for now is tried again before the
 * next: many who join at once would otherwise lose handshakes, and pair messages must not overtake each other
 * (ENCRYPTION "Pair keys"). Ends with its connection, which then rejects whatever is asked.
 */
export class RelayQueue {
  readonly #ask: Ask;
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();

  constructor(ask: Ask, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Resolves when all that was added has gone out, or cannot. */
  get drained(): Promise<void> {
    return this.#last;
  }

  add(message: Extract<FromWorker, { type: 'relay' }>): void {
    const params = paramsOf(message);
    this.#last = this.#last.then(() => this.#deliver(params));
  }

  async #deliver(params: Params<'relay.send'>): Promise<void> {
    for (;;) {
      try {
        await this.#ask('relay.send', params);
        return;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'relay-too-often') return;
        const { promise, resolve } = Promise.withResolvers<undefined>();
        this.#clock.after(againMs, () => {
          resolve(undefined);
        });
        await promise;
      }
    }
  }
}

function paramsOf(message: Extract<FromWorker, { type: 'relay' }>): Params<'relay.send'> {
  if ('toAll' in message) return { toAll: message.toAll };
  const list = message.list.flatMap(({ to, bytes }) => {
    const id = ParticipantId.from(fromBase64Url(to) ?? new Uint8Array());
    return id === undefined ? [] : [{ to: id, bytes }];
  });
  return { list };
}
