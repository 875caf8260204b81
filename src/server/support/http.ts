import process from 'node:process';

/**
 * `node:http`, which by `import` loads Node's whole HTTP client with it, for a WebSocket that nobody here uses: a tenth of what a
 * router takes to start (measured), and more to overwrite at every scrub.
 */
export const { createServer, request } = process.getBuiltinModule('node:http');
