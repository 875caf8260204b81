import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'puppeteer-core';
import { build, type Rolldown } from 'vite';
import { TestBrowser } from '../../src/tools/call/browser.ts';

/**
 * An empty page of this machine's, in a browser of its own, with the code of the file `entry` and all that it imports run
 * in it. Browser and server end with `stack`.
 */
export async function bundledPage(
  stack: AsyncDisposableStack,
  entry: string,
  options: Parameters<typeof TestBrowser.launch>[0] = {},
): Promise<Page> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  stack.defer(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { browser } = stack.use(await TestBrowser.launch(options));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: await bundle(entry) });
  return page;
}

/** The code of `entry` as one script. */
async function bundle(entry: string): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'esnext', lib: { entry, formats: ['iife'], name: 'bundled' } },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = built[0]?.output ?? [];
  if (chunk === undefined) throw new Error('nothing built');
  return chunk.code;
}
