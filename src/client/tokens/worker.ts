import './strict-policy.ts';
import { CallError } from '../call/call-error.ts';
import { mint, type Minted, type MintRequest } from './mint.ts';
import type { FromMintWorker } from './mint-in-worker.ts';

// Computes apart from the page, which would stand still meanwhile. Answers one message with one message.

const answer = (message: FromMintWorker): void => {
  postMessage(message);
};

addEventListener('message', ({ data }: MessageEvent<MintRequest>) => {
  mint(data).then(
    (minted: Minted) => {
      answer({ minted });
    },
    (error: unknown) => {
      answer({ failed: error instanceof CallError ? error.code : 'issuer-refused' });
    },
  );
});
