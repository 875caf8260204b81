import type { Command } from 'commander';
import { ToolError } from '../call/browser.ts';
import { Progress } from '../call/progress.ts';
import { show, type Outcome } from './outcome.ts';

/** Runs one bench: tells its steps on stderr, ends it in order when interrupted, and shows what it has found. */
export type Run = (
  measure: (progress: (step: string) => void, signal: AbortSignal) => Promise<Outcome>,
) => Promise<void>;

/** `bench`: the command that has `--json` and `--out` for all. Sets the exit code: 0 when there is a result. */
export function runOf(bench: Command): Run {
  return async (measure) => {
    const progress = new Progress(process.stderr);
    const interrupted = new AbortController();
    const interrupt = (): void => {
      interrupted.abort(new ToolError('Interrupted.'));
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
    const say = (step: string): void => {
      progress.say(step);
    };
    const { signal } = interrupted;
    const outcome = await measure(say, signal).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
    await show(outcome, bench.opts());
  };
}
