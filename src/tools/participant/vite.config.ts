import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: { outDir: '../../../.build/participant', emptyOutDir: true, target: ['chrome120', 'firefox117', 'safari16'] },
  worker: { format: 'es' },
});
