import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../../../.build/participant',
    emptyOutDir: true,
    target: ['chrome120', 'firefox117', 'safari16'],
    rolldownOptions: { input: ['index.html', 'plot.html'].map((page) => `${import.meta.dirname}/${page}`) },
  },
  // In development, each element would carry the path of its source on the machine that builds.
  oxc: { jsx: { development: false } },
  // The library of tokens asks for what is not in a browser, and does without it.
  resolve: { alias: { crypto: 'data:text/javascript,export default {}' } },
  worker: { format: 'es', rolldownOptions: { checks: { commonJsVariableInEsm: false } } },
});
