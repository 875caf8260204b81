import { createHash } from 'node:crypto';
import { CodedError } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import type { Seat } from './seat.ts';

/**
 * Which seat a rejoin ticket is for (PROTOCOL section 7, "Tickets"). Has tickets as their SHA-256 only, which is looked up
 * as a whole: how long that takes tells nothing about any ticket. An entry goes when its seat gets
 * another ticket, which every use of one brings about, and with its seat.
 */
export class Tickets {
  readonly #random: (length: number) => Bytes;
  readonly #seats = new Map<string, Seat>();
  readonly #hashes = new Map<Seat, string>();

  constructor(random: (length: number) => Bytes) {
    this.#random = random;
  }

  /** How many seats can be rejoined at this moment. */
  get size(): number {
    return this.#seats.size;
  }

  /** Whether `seat` can be rejoined. */
  has(seat: Seat): boolean {
    return this.#hashes.has(seat);
  }

  /** A ticket of 32 random bytes for `seat`, good until it has another or ends. The one before is good for nothing from now on. */
  issue(seat: Seat): Bytes {
    const ticket = this.#random(limits.ticketBytes);
    const before = this.#hashes.get(seat);
    if (before === undefined)
      seat.onEnd(() => {
        this.#forget(seat);
      });
    else this.#seats.delete(before);
    const hash = hashOf(ticket);
    this.#hashes.set(seat, hash);
    this.#seats.set(hash, seat);
    return ticket;
  }

  /** Throws CodedError `ticket-refused`: made up, used, of a seat that has ended; all alike. */
  seatOf(ticket: Uint8Array): Seat {
    const seat = this.#seats.get(hashOf(ticket));
    if (seat === undefined) throw new CodedError('ticket-refused');
    return seat;
  }

  #forget(seat: Seat): void {
    this.#seats.delete(this.#hashes.get(seat) ?? '');
    this.#hashes.delete(seat);
  }
}

function hashOf(ticket: Uint8Array): string {
  return toBase64Url(createHash('sha256').update(ticket).digest());
}
