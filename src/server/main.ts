import { parseArgs } from 'node:util';
import { startRouter, type Router } from './compose.ts';
import { RouterKeyError } from './keys/router-key.ts';
import { MediaWorkerError } from './media/process.ts';
import { loadSettings } from './settings/load.ts';
import { SettingsError, type Settings } from './settings/settings.ts';

/** Reads the settings, starts the router, and stops it when told to. */

const settings = orExplain(() => loadSettings(parseArgs({ options: { config: { type: 'string' } } }).values.config));
const router = await start(settings);
say(`Sotto is ready: ${router.address}`);
if (!router.pageBuilt)
  say('The page is not built yet, so only programs can connect. Build it with: npm run build:page');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    router.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}

async function start(from: Settings): Promise<Router> {
  try {
    return await startRouter(from);
  } catch (error) {
    return explain(error, from);
  }
}

function orExplain<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown, from?: Settings): never {
  process.stderr.write(`${inWords(error, from)}\n`);
  process.exit(1);
}

function inWords(error: unknown, from?: Settings): string {
  const explained = [SettingsError, RouterKeyError, MediaWorkerError].some((kind) => error instanceof kind);
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
