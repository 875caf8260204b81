import type { Source } from '../../../shared/identity/source.ts';
import type { StreamStatistics } from '../messages.ts';
import type { Opened } from '../keys/received-keys.ts';

/** Counts what came of the frames of one received stream, over all its transforms. */
export class StreamCounter {
  readonly #participant: string;
  readonly #source: Source;
  #opened = 0;
  #undecryptable = 0;
  #replayed = 0;
  #firstMs: number | undefined;
  #lastUndecryptableMs: number | undefined;

  constructor(participant: string, source: Source) {
    this.#participant = participant;
    this.#source = source;
  }

  count(outcome: Opened['outcome'], nowMs: number): void {
    this.#firstMs ??= nowMs;
    if (outcome === 'opened') this.#opened += 1;
    if (outcome === 'replayed') this.#replayed += 1;
    if (outcome === 'undecryptable') {
      this.#undecryptable += 1;
      this.#lastUndecryptableMs = nowMs - this.#firstMs;
    }
  }

  get statistics(): StreamStatistics {
    return {
      participant: this.#participant,
      source: this.#source,
      opened: this.#opened,
      undecryptable: this.#undecryptable,
      lastUndecryptableMs: this.#lastUndecryptableMs,
      replayed: this.#replayed,
    };
  }
}
