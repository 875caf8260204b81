import '../../../shared/support/dispose.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { Group } from '../group/group.ts';
import { warmUp } from '../group/warm-up.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { workerClock } from './clock.ts';
import { WorkerShell } from './shell.ts';

// The encryption worker: binds the shell to the worker's globals. No network, no logging.

declare const self: DedicatedWorkerGlobalScope;

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const emit = (message: FromWorker): void => {
  self.postMessage(message);
};

const shell = new WorkerShell({
  clock: workerClock,
  emit,
  makeGroup: (start) => new Group({ clock: workerClock, random, emit, start }),
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  shell.handle(event.data);
};
self.onrtctransform = (event) => {
  shell.attach(event.transformer);
};

// While the page is still connecting.
warmUp({ clock: workerClock, random });
