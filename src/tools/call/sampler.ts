import { setTimeout as wait } from 'node:timers/promises';
import type { HarnessStream } from './harness-api.ts';
import type { Person } from './person.ts';

/** Between two looks at a participant, in ms. Shorter shows more and costs the browser more. */
const betweenMs = 250;

/** What one participant had received at one time. */
export interface Sample {
  /** Participant, 1 and up. */
  readonly to: number;
  /** From the start of the measuring, in ms; negative before. */
  readonly atMs: number;
  readonly streams: readonly HarnessStream[];
}

/** Looks at what the participants received, again and again, until it is stopped. */
export class Sampler implements AsyncDisposable {
  readonly #stopped = new AbortController();
  readonly #looking: Promise<void>[];
  readonly #samples: { readonly to: number; readonly ms: number; readonly streams: readonly HarnessStream[] }[] = [];
  readonly #latest = new Map<number, readonly HarnessStream[]>();

  constructor(people: readonly Person[]) {
    this.#looking = people.map((person) => this.#follow(person));
  }

  /** What participant `number` had received when it was last looked at. */
  latest(number: number): readonly HarnessStream[] {
    return this.#latest.get(number) ?? [];
  }

  /** All samples, after a last one; times from `startMs` (`performance.now()`). */
  async stop(startMs: number): Promise<readonly Sample[]> {
    await this[Symbol.asyncDispose]();
    return this.#samples.map(({ to, ms, streams }) => ({ to, atMs: Math.round(ms - startMs), streams }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#looking);
  }

  async #follow(person: Person): Promise<void> {
    for (;;) {
      const last = this.#stopped.signal.aborted;
      if (person.inCall) await this.#look(person).catch(() => undefined); // it is just leaving
      if (last) return;
      await wait(betweenMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined); // a last look
    }
  }

  async #look({ number, tab }: Person): Promise<void> {
    const streams = await tab.do('statistics');
    this.#latest.set(number, streams);
    this.#samples.push({ to: number, ms: performance.now(), streams });
  }
}
