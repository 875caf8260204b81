/** Imports go one way; README "The house" draws it. */
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    only('no-circular', 'a cycle has no direction', {}, { circular: true }),
    only(
      'no-orphans',
      'a file nobody imports',
      { orphan: true, pathNot: ['\\.d\\.ts$', '(^|/)\\.', 'vite\\.config\\.ts$', '^test/', '^deploy/'] },
      {},
    ),
    only('unresolvable', 'an import that leads nowhere', {}, { couldNotResolve: true }),
    only(
      'not-dev',
      'what runs may not need what only the developers have',
      { path: '^src', pathNot: '(vite\\.config\\.ts$|\\.d\\.ts$|^src/tools/(?!peers|self-call|status|check-config))' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    only(
      'shared-alone',
      'shared runs everywhere and knows nobody',
      { path: '^src/shared' },
      { path: '^src/', pathNot: '^src/shared' },
    ),
    only(
      'server-not-client',
      'a media key cannot reach the router by mistake',
      { path: '^src/server' },
      { path: '^src/(client|page|tools)' },
    ),
    only(
      'client-not-server',
      'the client runs in a browser',
      { path: '^src/client' },
      { path: '^src/(server|page|tools)' },
    ),
    only(
      'page-through-sdk',
      'the page uses what every embedder has',
      { path: '^src/page' },
      { path: '^src/', pathNot: ['^src/page', '^src/client/index\\.ts$'] },
    ),
    only(
      'worker-alone',
      'the encryption worker has no network, no page and no media engine',
      { path: '^src/client/encryption' },
      { path: '^src/client/', pathNot: '^src/client/encryption' },
    ),
    only(
      'gateway',
      'gateway → session',
      { path: '^src/server/gateway' },
      { path: '^src/server/(requests|calls|media|regions)' },
    ),
    only(
      'session',
      'session → requests',
      { path: '^src/server/session' },
      { path: '^src/server/(gateway|media|regions)' },
    ),
    only(
      'requests',
      'requests → calls',
      { path: '^src/server/requests' },
      { path: '^src/server/(gateway|media|regions)', dependencyTypesNot: ['type-only'] },
    ),
    only(
      'calls',
      'calls → types of media',
      { path: '^src/server/calls' },
      { path: '^src/server/(gateway|session|requests)' },
    ),
    only(
      'calls-media-types',
      'calls know media by its types',
      { path: '^src/server/calls' },
      { path: '^src/server/media', dependencyTypesNot: ['type-only'] },
    ),
    only(
      'media',
      'media is the bottom',
      { path: '^src/server/media' },
      { path: '^src/server/(gateway|session|requests|calls|settings)' },
    ),
    only(
      'mediasoup-one-place',
      'only media knows the engine, and what runs it bare to compare with',
      { path: '^src', pathNot: '^src/(server/media|tools/bench/systems/mediasoup-process)' },
      { path: 'node_modules/mediasoup/' },
    ),
    only(
      'ws-one-place',
      'only the gateway knows the socket library, and participants without a browser, which have no WebSocket that says where from',
      { path: '^src', pathNot: '^src/(server/gateway|tools/peers)' },
      { path: 'node_modules/ws/' },
    ),
    only(
      'nacl-two-places',
      'cryptography stays where it is reviewed',
      { path: '^src', pathNot: '^src/(shared/sealing|client/encryption)' },
      { path: 'node_modules/tweetnacl' },
    ),
    only(
      'node-not-in-shared',
      'shared and client run in browsers',
      { path: '^src/(shared|client|page)', pathNot: 'vite\\.config\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'src/client/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
