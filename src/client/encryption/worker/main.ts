import '../../../shared/support/dispose.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { NativeKeyPair } from '../call-key/native-key-pair.ts';
import { Group } from '../group/group.ts';
import type { OwnPairs } from '../group/self.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { workerClock } from './clock.ts';
import { rehearse } from './rehearsal.ts';
import { WorkerShell } from './shell.ts';

// The encryption worker: binds the shell to the worker's globals. No network, no logging.

declare const self: DedicatedWorkerGlobalScope;

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const emit = (message: FromWorker): void => {
  self.postMessage(message);
};
const failed = (error: unknown): void => {
  reportError(error); // the page hears of it
};

async function makePairs(): Promise<OwnPairs> {
  const [ephemeral, identity] = await Promise.all([NativeKeyPair.create(), NativeKeyPair.create()]);
  return { ephemeral, identity };
}

/** Made before the router has let us in. */
const pairs = makePairs();
pairs.catch(failed);

const shell = new WorkerShell({
  clock: workerClock,
  emit,
  failed,
  makeGroup: async (start) => new Group({ clock: workerClock, random, emit, start, pairs: await pairs }),
  rehearse: () => rehearse({ random, makePairs }),
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  shell.handle(event.data);
};
self.onrtctransform = (event) => {
  shell.attach(event.transformer);
};
