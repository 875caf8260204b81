import { parseArgs } from 'node:util';
import { IssuerKeysError } from './admission/issuer-keys.ts';
import { startRouter, type Router } from './compose.ts';
import { hostMemory } from './forgetting/host-memory.ts';
import { checkForgetting, doubtsInWords, ForgettingError } from './forgetting/start-check.ts';
import { RouterKeyError } from './keys/router-key.ts';
import { MediaWorkerError } from './media/process.ts';
import { loadSettings } from './settings/load.ts';
import { SettingsError } from './settings/problem.ts';
import type { Settings } from './settings/settings.ts';
import { Log } from './telemetry/log.ts';

/** Reads the settings, starts the router, and stops it when told to. `argv`: the program's arguments. Exits with 1, in words, when it cannot start. */
export async function run(argv: readonly string[]): Promise<void> {
  let settings: Settings | undefined;
  try {
    settings = await loadSettings(
      parseArgs({ args: [...argv], options: { config: { type: 'string' } } }).values.config,
    );
    await checkOrWarn(settings);
    const router = await startRouter(settings);
    if (router.metricsAddress !== undefined) say(`Metrics: ${router.metricsAddress}`);
    say(`Sotto is ready: ${router.address}`);
    if (!router.pageBuilt)
      say('The page is not built yet, so only programs can connect. Build it with: npm run build:page');
    stopAtSignals(router);
  } catch (error) {
    process.stderr.write(`${inWords(error, settings)}\n`);
    process.exit(1);
  }
}

async function checkOrWarn(settings: Settings): Promise<void> {
  const log = new Log(settings.logLevel);
  for (const why of await checkForgetting(settings, hostMemory())) {
    log.write('memory-kept', { why });
    say(doubtsInWords[why]);
  }
}

function stopAtSignals(router: Router): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      router.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function inWords(error: unknown, from?: Settings): string {
  const explained = [SettingsError, ForgettingError, RouterKeyError, IssuerKeysError, MediaWorkerError].some(
    (kind) => error instanceof kind,
  );
  if (explained && error instanceof Error) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (from !== undefined && code === 'EADDRINUSE') {
    return `Port ${from.port} on ${from.host} is taken by another program, perhaps a Sotto that is still running. Stop it, or choose another port: SOTTO_PORT=7881`;
  }
  if (from !== undefined && code === 'EADDRNOTAVAIL')
    return `This machine has no address ${from.host}. See the setting "host".`;
  if (from !== undefined && code === 'EACCES')
    return `Port ${from.port} needs more rights than this program has. Choose one from 1024 up.`;
  return `Sotto could not start: ${error instanceof Error ? error.message : 'for an unknown reason'}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
