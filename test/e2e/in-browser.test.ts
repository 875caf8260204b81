import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledPage } from '../support/bundled-page.ts';
import { browserVectors } from './in-browser/vectors.ts';

test('a browser makes of every vector what it says, and refuses every bad public key with a code', async () => {
  await using stack = new AsyncDisposableStack();
  const page = await bundledPage(stack, join(import.meta.dirname, 'in-browser/main.ts'));
  const vectors = await browserVectors();
  const made = await page.evaluate((given) => {
    const own = globalThis as unknown as { runVectors(given: unknown): Promise<Record<string, unknown>> };
    return own.runVectors(given);
  }, vectors);

  const { channel, frames, callId, refusedPublicKeys } = vectors;
  expect(refusedPublicKeys.length).toBeGreaterThan(10);
  expect(made).toEqual({
    callId,
    clientHello: channel.clientHello,
    sealed: channel.fromClient.map(({ box }) => box),
    opened: channel.fromRouter.map(({ message }) => message),
    frames: frames.map(({ sealed, frame, opened = frame }) => [sealed, opened]),
    refused: refusedPublicKeys.map(() => ['public-key-refused', 'public-key-refused']),
    own: ['public-key-refused', 'public-key-refused'],
    refusedNatively: refusedPublicKeys.map(() => 'public-key-refused'),
    native: [true, 'public-key-refused', 'public-key-refused'],
  });
});
