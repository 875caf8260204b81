/** The SDK's encryption worker, with a call key that is not the call's: for showing that it is no use. */
export function workerWithWrongKey(): Worker {
  const worker = new Worker(new URL('../../client/encryption/worker/main.ts', import.meta.url), { type: 'module' });
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message: unknown) => {
    const isStart = typeof message === 'object' && message !== null && 'callKey' in message;
    post(isStart ? { ...message, callKey: crypto.getRandomValues(new Uint8Array(32)) } : message);
  };
  return worker;
}
