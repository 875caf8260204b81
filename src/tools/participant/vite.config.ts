import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: { outDir: '../../../.build/participant', emptyOutDir: true, target: ['chrome120', 'firefox117', 'safari16'] },
  // The library of tokens has parts that also run elsewhere; what they ask for is not there, and not needed.
  worker: { format: 'es', rolldownOptions: { checks: { commonJsVariableInEsm: false } } },
});
