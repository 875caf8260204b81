import { OwnRouter } from './own-router.ts';

/** A router in a process of its own, so that what it costs is its own. `ForkedRouter` starts it, and ends it by going away. */
const router = await OwnRouter.start();
process.on('disconnect', () => {
  void router[Symbol.asyncDispose]().finally(() => process.exit());
});
process.send?.(router.url);
