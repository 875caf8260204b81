import { setTimeout as wait } from 'node:timers/promises';
import type { Person } from '../person.ts';
import { pageBytes } from './page-memory.ts';
import { childrenOf, privateBytes } from './process-memory.ts';

/** Between two looks, in ms. Each makes every page collect its garbage, which costs it some 10 ms. */
const betweenMs = 5_000;

/** What was held at one time, in bytes. */
export interface MemoryLook {
  /** From the start of the measuring, in ms. */
  readonly atMs: number;
  /** By participant; undefined for who was not in the call. */
  readonly pages: readonly (number | undefined)[];
  /** Of the router's process and of its largest media process, which is that of the call; undefined for a router of somebody else's. */
  readonly router: number | undefined;
  readonly media: number | undefined;
}

/** Looks at the memory of everything that takes part in a call, again and again, until it is stopped. */
export class MemoryWatch implements AsyncDisposable {
  readonly #people: readonly Person[];
  readonly #router: number | undefined;
  readonly #stopped = new AbortController();
  readonly #looking: Promise<void>;
  readonly #looks: MemoryLook[] = [];

  /** `router`: the process id of a router of one's own. */
  constructor(people: readonly Person[], router: number | undefined) {
    this.#people = people;
    this.#router = router;
    this.#looking = this.#watch(performance.now());
  }

  /** All looks, after a last one. */
  async stop(): Promise<readonly MemoryLook[]> {
    await this[Symbol.asyncDispose]();
    return this.#looks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#looking;
  }

  async #watch(startMs: number): Promise<void> {
    for (;;) {
      const last = this.#stopped.signal.aborted;
      this.#looks.push(await this.#look(startMs));
      if (last) return;
      await wait(betweenMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined); // a last look
    }
  }

  async #look(startMs: number): Promise<MemoryLook> {
    const atMs = Math.round(performance.now() - startMs);
    const router = this.#router === undefined ? undefined : await privateBytes(this.#router);
    const workers = this.#router === undefined ? [] : await childrenOf(this.#router);
    const media = (await Promise.all(workers.map(privateBytes))).filter((bytes) => bytes !== undefined);
    const pages: (number | undefined)[] = [];
    // One after the other: all at once would be felt in what is measured beside.
    for (const { tab, inCall } of this.#people)
      pages.push(inCall ? await pageBytes(tab).catch(() => undefined) : undefined); // it is just leaving
    return { atMs, pages, router, media: media.length === 0 ? undefined : Math.max(...media) };
  }
}
