import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Notice } from '../../shared/protocol/notices.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';

interface Relay {
  readonly from: ParticipantId;
  readonly bytes: Bytes;
}

/** Most that one notice may hold, in characters of JSON; the rest of a message is left for the envelope and the padding's length. */
const noticeCharacters = limits.messageBytes - 1024;
/** Characters that one relay takes besides its bytes: the sender's id, names, quotes, commas. */
const relayCharacters = 80;

/**
 * What waits for one receiver. The first relay goes out at once; what comes within the next 10 ms goes out together
 * after them, in the order in which it came, and while more comes each pause is twice the last, 50 ms at most: a few answers in
 * turn, as in a handshake, hardly wait, and many are few notices (PROTOCOL section 8, `relay.received`).
 */
export class RelayOutbox implements Disposable {
  readonly #clock: Clock;
  readonly #notify: (notice: Notice) => void;
  #waiting: Relay[] = [];
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, notify: (notice: Notice) => void) {
    this.#clock = clock;
    this.#notify = notify;
  }

  /** How many relays wait, and their bytes. */
  get backlog(): { readonly waiting: number; readonly bytes: number } {
    return {
      waiting: this.#waiting.length,
      bytes: this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
  }

  add(relay: Relay): void {
    this.#waiting.push(relay);
    if (this.#cancel === undefined) this.#flush(limits.relayGatherFirstMs);
  }

  /** Drops what waits. */
  clear(): void {
    this.#waiting = [];
  }

  /** Nothing more goes out; what waits is dropped. */
  [Symbol.dispose](): void {
    this.#cancel?.();
    this.clear();
  }

  #flush(gatherMs: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#cancel = this.#clock.after(gatherMs, () => {
      this.#cancel = undefined;
      if (this.#waiting.length > 0) this.#flush(Math.min(2 * gatherMs, limits.relayGatherMs));
    });
    for (const list of inNotices(waiting)) this.#notify({ notice: 'relay.received', params: { list } });
  }
}

function inNotices(relays: readonly Relay[]): Relay[][] {
  const lists: Relay[][] = [];
  let room = 0;
  for (const relay of relays) {
    const size = Math.ceil((relay.bytes.length * 4) / 3) + relayCharacters;
    const list = lists.at(-1);
    if (list === undefined || size > room) {
      lists.push([relay]);
      room = noticeCharacters - size;
    } else {
      list.push(relay);
      room -= size;
    }
  }
  return lists;
}
