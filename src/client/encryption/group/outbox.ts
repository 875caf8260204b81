import type { Bytes } from '../../../shared/support/bytes.ts';
import type { FromWorker } from '../messages.ts';

/** Most entries of one relay: so many of the usual size (170 bytes) stay far below the largest sealed message. */
const mostEntries = 128;

/** Gathers what is to be relayed, in order, so that what goes to several peers at one moment is one relay (PROTOCOL "Relays"). */
export class Outbox {
  #relays: ({ toAll: Bytes } | { list: { to: string; bytes: Bytes }[] })[] = [];

  to(participant: string, bytes: Bytes): void {
    const last = this.#relays.at(-1);
    const entry = { to: participant, bytes };
    if (last !== undefined && 'list' in last && last.list.length < mostEntries) last.list.push(entry);
    else this.#relays.push({ list: [entry] });
  }

  toAll(bytes: Bytes): void {
    this.#relays.push({ toAll: bytes });
  }

  /** Hands over what was gathered. */
  flush(emit: (message: FromWorker) => void): void {
    const relays = this.#relays;
    this.#relays = [];
    for (const relay of relays) emit({ type: 'relay', ...relay });
  }
}
