import type { Call } from '../../client/index.ts';
import type { HarnessGap } from '../call/harness-api.ts';

/** How often streams are looked at, in ms: a gap is measured to within so much. */
const lookMs = 100;

/** Measures, at a receiver, the longest time in which nothing new came of each stream. */
export class Gaps {
  readonly #call: Call;
  readonly #streams = new Map<string, { gap: HarnessGap; progress: number; atMs: number; undecryptable: number }>();
  #stopped = false;

  constructor(call: Call) {
    this.#call = call;
    void this.#watch();
  }

  /** What was seen so far. The measuring goes on. */
  get all(): readonly HarnessGap[] {
    const nowMs = performance.now();
    return [...this.#streams.values()].map(({ gap, atMs }) => {
      const silentMs = nowMs - atMs;
      return { ...gap, silentMs, longestMs: Math.max(gap.longestMs, silentMs) };
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      const streams = await this.#call.statistics();
      const nowMs = performance.now();
      for (const { name, source, framesDecoded, totalAudioEnergy, undecryptable } of streams) {
        if (name === undefined) continue;
        const progress = framesDecoded + totalAudioEnergy;
        const seen = this.#streams.get(`${name} ${source}`);
        // A stream that was made anew counts from zero again.
        const came = progress > 0 && progress !== seen?.progress;
        if (seen === undefined) {
          const gap = { name, source, longestMs: 0, silentMs: 0, lastUndecryptableAtMs: undefined };
          this.#streams.set(`${name} ${source}`, { gap, progress, atMs: nowMs, undecryptable });
          continue;
        }
        const longestMs = came ? Math.max(seen.gap.longestMs, nowMs - seen.atMs) : seen.gap.longestMs;
        const lastUndecryptableAtMs = undecryptable > seen.undecryptable ? Date.now() : seen.gap.lastUndecryptableAtMs;
        seen.gap = { ...seen.gap, longestMs, lastUndecryptableAtMs };
        if (came) seen.atMs = nowMs;
        seen.progress = progress;
        seen.undecryptable = undecryptable;
      }
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }
}
