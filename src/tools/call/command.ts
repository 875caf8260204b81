import { InvalidArgumentError, type Command } from 'commander';
import { ToolError } from './browser.ts';
import { runCall } from './run-call.ts';
import { tableOf } from './table.ts';

interface Options {
  readonly participants: number;
  readonly seconds: number;
  readonly router?: string;
  readonly browser?: string;
  readonly height?: number;
  readonly fps?: number;
  readonly authorization?: string;
  readonly json?: true;
}

/** `sotto call`: a real call of headless browsers, and what came of it. Sets the exit code: 0 only when all came through. */
export function addCallCommand(program: Command): void {
  program
    .command('call')
    .description('have headless browsers make a real, encrypted call and report what each received')
    .option('--participants <number>', 'how many join (2 to 8)', wholeNumber(2, 8), 3)
    .option('--seconds <number>', 'how long to measure', wholeNumber(1, 3_600), 15)
    .option('--router <url>', 'a running router; without it one is started', url)
    .option('--authorization <header>', 'sent to the issuer of a router that asks for tokens')
    .option('--browser <path>', 'the Chromium to use; without it the usual places are looked at')
    .option('--height <pixels>', 'height of each picture', wholeNumber(90, 1_080))
    .option('--fps <number>', 'pictures a second', wholeNumber(1, 60))
    .option('--json', 'one line of JSON at the end of the output')
    .action(call);
}

async function call(options: Options): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort(new ToolError('Interrupted.'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
  try {
    const { report, missing } = await runCall({
      ...options,
      framesPerSecond: options.fps,
      progress: say,
      signal: interrupted.signal,
    });
    if (options.json === undefined) process.stdout.write(`${tableOf(report)}\n`);
    for (const what of missing) say(what);
    say(report.ok ? 'Everybody saw and heard everybody.' : 'Not everybody saw and heard everybody.');
    if (options.json !== undefined) process.stdout.write(`${JSON.stringify(report)}\n`);
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    const { reason } = interrupted.signal as { reason?: unknown };
    const shown = reason instanceof ToolError ? reason : error;
    say(shown instanceof Error ? shown.message : 'It failed.');
    process.exitCode = 1;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

function url(text: string): string {
  const parsed = URL.parse(text);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.origin;
  throw new InvalidArgumentError('Give an address such as https://calls.example.org.');
}
