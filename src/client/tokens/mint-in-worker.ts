import { CallError } from '../call/call-error.ts';
import type { CallErrorCode } from '../call/types.ts';
import type { Minted, MintRequest } from './mint.ts';

/** What the worker answers. */
export type FromMintWorker = { readonly minted: Minted } | { readonly failed: CallErrorCode };

/** Has `mint` done by a worker, which ends with it. Rejects like `mint`, and with `issuer-unreachable` when the worker cannot be had. */
export async function mintInWorker(request: MintRequest, makeWorker: () => Worker): Promise<Minted> {
  const worker = makeWorker();
  const { promise, resolve, reject } = Promise.withResolvers<FromMintWorker>();
  worker.addEventListener('message', ({ data }: MessageEvent<FromMintWorker>) => {
    resolve(data);
  });
  worker.addEventListener('error', () => {
    reject(new CallError('issuer-unreachable'));
  });
  worker.postMessage(request);
  try {
    const answer = await promise;
    if ('failed' in answer) throw new CallError(answer.failed);
    return answer.minted;
  } finally {
    worker.terminate();
  }
}
