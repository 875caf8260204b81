#!/usr/bin/env node
/**
 * The `sotto` command in a clone that is set up (`node deploy/setup/run.mjs setup`), on whatever Node it is called with: it
 * runs on the Node and with the media worker that the set-up found, in the folder where it is called.
 */
import { join } from 'node:path';
import process from 'node:process';
import { runInPlace } from './child.mjs';
import { lockedPackages } from './dependencies.mjs';
import { SetUpError } from './errors.mjs';
import { provideNode } from './npm.mjs';
import { PROJECT, RECIPE, cacheFolder } from './paths.mjs';
import { readWorker, workerFolder } from './worker-cache.mjs';

try {
  const node = provideNode(join(PROJECT, 'node_modules'));
  const worker = process.env['MEDIASOUP_WORKER_BIN'] ?? cachedWorker();
  const command = [node, join(PROJECT, 'src/tools/main.ts'), ...process.argv.slice(2)];
  process.exitCode = await runInPlace(command, { ...process.env, ...(worker && { MEDIASOUP_WORKER_BIN: worker }) });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** @returns {string | undefined} the media worker that the set-up left; few commands need one */
function cachedWorker() {
  const version = lockedPackages(PROJECT)['node_modules/mediasoup']?.version ?? '';
  return readWorker(workerFolder(cacheFolder(process.env), version, RECIPE)).file;
}
