import { InvalidArgumentError, type Command } from 'commander';
import { basename } from 'node:path';
import { ToolError } from './browser.ts';
import { networksInWords } from './network/profiles.ts';
import { Progress } from './progress.ts';
import { runCall } from './run-call.ts';
import { chosenScenario } from './scenario/choice.ts';
import { mostParticipants, mostSeconds } from './scenario/scenario.ts';
import { tableOf } from './table.ts';
import { writeResults } from './results.ts';

interface Options {
  readonly participants?: number;
  readonly seconds?: number;
  readonly network?: string;
  readonly scenario?: string;
  readonly seed: string;
  readonly router?: readonly string[];
  readonly browser?: string;
  readonly height?: number;
  readonly fps?: number;
  readonly out?: string;
  readonly authorization?: string;
  readonly json?: true;
  readonly listNetworks?: true;
}

/** `sotto call`: a real call of headless browsers, and what came of it. Sets the exit code: 0 only when all came through. */
export function addCallCommand(program: Command): void {
  program
    .command('call')
    .description('have headless browsers make a real, encrypted call and report what each received')
    .option('--participants <number>', 'how many join (2 to 8; default 3)', wholeNumber(2, mostParticipants))
    .option(
      '--seconds <number>',
      'how long to measure (default 15, or what the network takes)',
      wholeNumber(1, mostSeconds),
    )
    .option('--network <name>', 'the line of everybody (lossy-5) or of some (2=300k,3=train)')
    .option('--list-networks', 'say what there is to dial, and make no call')
    .option('--scenario <file>', 'who joins, leaves, mutes, shares when, as JSON; or random:SEED')
    .option('--seed <text>', 'the same for the same packets lost', '1')
    .option('--router <url>', 'a running router, or several: where calls may go next; without it one is started', urls)
    .option('--authorization <header>', 'sent to the issuer of a router that asks for tokens')
    .option('--browser <path>', 'the Chromium to use; without it the usual places are looked at')
    .option('--height <pixels>', 'height of each picture', wholeNumber(90, 1_080))
    .option('--fps <number>', 'pictures a second', wholeNumber(1, 60))
    .option('--out <directory>', 'write report.html, report.json, report.junit.xml and over-time.svg there')
    .option('--json', 'one line of JSON at the end of the output')
    .action(call);
}

async function call(options: Options): Promise<void> {
  if (options.listNetworks) {
    process.stdout.write(`${networksInWords()}\n`);
    return;
  }
  const progress = new Progress(process.stderr);
  const say = (line: string): void => {
    progress.say(line);
  };
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort(new ToolError('Interrupted.'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
  try {
    const scenario = await chosenScenario(options);
    const result = await runCall({
      ...options,
      scenario,
      routers: options.router,
      framesPerSecond: options.fps,
      observed: options.out !== undefined,
      progress: say,
      measured: (seconds) => {
        progress.passed(seconds, scenario.seconds);
      },
      signal: interrupted.signal,
    });
    progress.end();
    const { report, missing } = result;
    if (options.out !== undefined) {
      say('Writing the report');
      await writeResults(options.out, result, { browser: options.browser, command: commandOf(options) });
    }
    if (options.json === undefined) process.stdout.write(`${tableOf(report)}\n`);
    for (const what of missing) say(what);
    say(report.ok ? 'Everybody saw and heard everybody.' : 'Not everybody saw and heard everybody.');
    if (options.json !== undefined) process.stdout.write(`${JSON.stringify(report)}\n`);
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    progress.end();
    const { reason } = interrupted.signal as { reason?: unknown };
    const shown = reason instanceof ToolError ? reason : error;
    say(shown instanceof Error ? shown.message : 'It failed.');
    process.exitCode = 1;
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** As it was asked for, but without what names a place or a person. */
function commandOf({ participants, seconds, network, scenario, seed, router = [], ...rest }: Options): string {
  const given = {
    participants,
    seconds,
    network,
    scenario: scenario === undefined ? undefined : basename(scenario),
    seed: seed === '1' ? undefined : seed,
    height: rest.height,
    fps: rest.fps,
    authorization: rest.authorization && '…',
    browser: rest.browser && '…',
    out: '…',
  };
  const words = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ['sotto call', ...words, ...router.map(() => '--router …')].join(' ');
}

function urls(text: string, before: readonly string[] = []): readonly string[] {
  const parsed = URL.parse(text);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return [...before, parsed.origin];
  throw new InvalidArgumentError('Give an address such as https://calls.example.org.');
}
