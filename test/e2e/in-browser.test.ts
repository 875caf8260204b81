import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build, type Rolldown } from 'vite';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { browserVectors } from './in-browser/vectors.ts';

/** The code of in-browser/main.ts as one script. */
async function bundle(): Promise<string> {
  const entry = join(import.meta.dirname, 'in-browser/main.ts');
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'esnext', lib: { entry, formats: ['iife'], name: 'vectors' } },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = built[0]?.output ?? [];
  if (chunk === undefined) throw new Error('nothing built');
  return chunk.code;
}

test('a browser makes of every vector what it says, and refuses every bad public key with a code', async () => {
  await using stack = new AsyncDisposableStack();
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  stack.defer(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { browser } = stack.use(await TestBrowser.launch());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: await bundle() });
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
    frames: frames.map(({ sealed, frame }) => [sealed, frame]),
    refused: refusedPublicKeys.map(() => ['public-key-refused', 'public-key-refused']),
    own: ['public-key-refused', 'public-key-refused'],
  });
});
