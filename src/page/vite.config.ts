import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The call page: static files that a router serves under its strict policy, so nothing inline and nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: fileURLToPath(new URL('../../.build/page', import.meta.url)),
    emptyOutDir: true,
    // A data: address would need the policy to allow more than files of one's own.
    assetsInlineLimit: 0,
    // The SDK with its media engine is one file of 520 kB (140 kB gzipped), all of it needed in a call.
    chunkSizeWarningLimit: 650,
    modulePreload: { polyfill: false },
    target: ['chrome120', 'firefox117', 'safari16'],
  },
  // In development, each element would carry the path of its source on the machine that builds.
  oxc: { jsx: { development: false } },
  // The library of tokens asks for what is not in a browser, and does without it.
  resolve: { alias: { crypto: 'data:text/javascript,export default {}' } },
  worker: { format: 'es', rolldownOptions: { checks: { commonJsVariableInEsm: false } } },
});
