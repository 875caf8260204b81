import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: { outDir: '../../../.build/participant', emptyOutDir: true, target: 'esnext' },
  worker: { format: 'es' },
});
