import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { IssuerKeysError } from './admission/issuer-keys.ts';
import { startRouter, type Router } from './compose.ts';
import type { Memory } from './forgetting/examine.ts';
import { hostMemory } from './forgetting/host-memory.ts';
import { checkForgetting, doubtsInWords, ForgettingError } from './forgetting/start-check.ts';
import { RouterKeyError } from './keys/router-key.ts';
import { RegionListError } from './regions/region-list-file.ts';
import { MediaWorkerError } from './media/process.ts';
import { announcement } from './settings/announcement.ts';
import { loadSettings } from './settings/load.ts';
import { SettingsError } from './settings/problem.ts';
import type { Settings } from './settings/settings.ts';
import { Log } from './telemetry/log.ts';

/** Signals within this are the same one, in ms: a terminal and npm both send it. Higher makes a quick second one count less. */
const sameMs = 300;

/**
 * Reads the settings, starts the router, and stops it when told to. `argv`: the program's arguments; `memory`: what the examination of
 * this process's memory has shown. Exits with 1, in words, when it cannot start.
 */
export async function run(argv: readonly string[], memory: Memory): Promise<void> {
  let settings: Settings | undefined;
  try {
    settings = await loadSettings(
      parseArgs({ args: [...argv], options: { config: { type: 'string' } } }).values.config,
    );
    say(announcement(settings));
    checkOrWarn(settings, memory);
    const router = await startRouter(settings);
    keepCompiled();
    if (router.metricsAddress !== undefined) say(`Metrics: ${router.metricsAddress}`);
    say(`Sotto is ready: ${router.address}`);
    if (!router.pageBuilt)
      say('The page is not built yet, so only programs can connect. Build it with: npm run build:page');
    stopAtSignals(router, settings.drainMs);
  } catch (error) {
    process.stderr.write(`${inWords(error, settings)}\n`);
    process.exit(1);
  }
}

/**
 * Node writes what it compiled of this program now (NODE_COMPILE_CACHE, where it is set: the next start takes three quarters of the time),
 * and not when it ends, since calls have been then; self-calls, which end with it, write none.
 */
function keepCompiled(): void {
  flushCompileCache();
  Reflect.deleteProperty(process.env, 'NODE_COMPILE_CACHE');
}

function checkOrWarn(settings: Settings, memory: Memory): void {
  const log = new Log(settings.logLevel);
  for (const why of checkForgetting(settings, memory, hostMemory())) {
    log.write('memory-kept', { why });
    say(doubtsInWords[why]);
  }
}

/** Ends the program when the router has stopped. The first signal drains it, the next one ends it at once. */
function stopAtSignals(router: Router, drainMs: number): void {
  router.stopped.then(
    () => process.exit(0),
    () => process.exit(1),
  );
  let firstMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (firstMs === undefined) {
        firstMs = performance.now();
        if (router.busy() && drainMs > 0)
          say(`Calls may finish or move within ${drainMs / 1_000} s. A second signal (Ctrl-C) ends them at once.`);
        router.drain(drainMs).catch(() => undefined);
      } else if (performance.now() - firstMs > sameMs) router.close().catch(() => undefined);
    });
  }
}

function inWords(error: unknown, from?: Settings): string {
  const explained = [
    SettingsError,
    ForgettingError,
    RouterKeyError,
    IssuerKeysError,
    RegionListError,
    MediaWorkerError,
  ].some((kind) => error instanceof kind);
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
