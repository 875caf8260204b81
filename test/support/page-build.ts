import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const configFile = fileURLToPath(new URL('../../src/page/vite.config.ts', import.meta.url));

/** Builds the page into `outDir`, as `npm run build:page` does but for what `changes` say. */
export async function buildPage(outDir: string, changes: InlineConfig = {}): Promise<void> {
  await build({ ...changes, configFile, logLevel: 'error', build: { ...changes.build, outDir } });
}
