import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRouter, type Overrides, type Router } from '../../src/server/compose.ts';
import { settingsFrom, type SettingValues } from '../../src/server/settings/settings.ts';

/** A router on a free port of loopback with a state directory of its own, which goes with it. */
export async function startTestRouter(values: SettingValues = {}, overrides: Overrides = {}): Promise<Router> {
  const worker = process.env['MEDIASOUP_WORKER_BIN'];
  if (worker === undefined || !existsSync(worker)) {
    throw new Error('These tests need a media worker: MEDIASOUP_WORKER_BIN must name one. `npm test` sees to that.');
  }
  const stateDirectory = await mkdtemp(join(tmpdir(), 'sotto-test-'));
  const settings = settingsFrom({ port: 0, mediaPorts: '41000-41099', logLevel: 'silent', stateDirectory, ...values });
  const router = await startRouter(settings, overrides);
  const close = async (): Promise<void> => {
    await router.close();
    await rm(stateDirectory, { recursive: true, force: true });
  };
  return { ...router, close, [Symbol.asyncDispose]: close };
}
