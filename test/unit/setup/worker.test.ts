import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SetUpError } from '../../../deploy/setup/errors.mjs';
import { storeWorker, workerFile } from '../../../deploy/setup/worker-cache.mjs';
import { findWorker } from '../../../deploy/setup/worker.mjs';
import { WORKER, folderWith } from './folder.ts';

const say = vi.fn<(line: string) => void>();

beforeEach(() => {
  vi.stubEnv('MEDIASOUP_WORKER_BIN', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

it('takes the worker that MEDIASOUP_WORKER_BIN names', async () => {
  const own = join(folderWith({ own: WORKER }), 'own');
  vi.stubEnv('MEDIASOUP_WORKER_BIN', own);
  await expect(findWorker('/nowhere', '3.27.1', say)).resolves.toBe(own);
});

it.each(['absent', 'not-a-worker'])('refuses a MEDIASOUP_WORKER_BIN that is %s', async (name) => {
  vi.stubEnv('MEDIASOUP_WORKER_BIN', join(folderWith({ 'not-a-worker': '#!/bin/sh\n' }), name));
  await expect(findWorker('/nowhere', '3.27.1', say)).rejects.toThrow(SetUpError);
});

it('takes the cached worker, without a word', async () => {
  const folder = join(folderWith({}), 'w');
  await storeWorker(folder, (file) => {
    writeFileSync(file, WORKER);
    return Promise.resolve();
  });
  await expect(findWorker(folder, '3.27.1', say)).resolves.toBe(workerFile(folder));
  expect(say).not.toHaveBeenCalled();
});
