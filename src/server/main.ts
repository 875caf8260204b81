import { becomeForgetful } from './forgetting/become-forgetful.ts';

/**
 * The router's program. What it is made of is loaded only when the process is one that forgets, and has shown whether it does: a process
 * that is to be replaced needs nothing, and with little in memory there is little to overwrite and to search.
 */
becomeForgetful();
const { examineMemory } = await import('./forgetting/examine.ts');
const memory = await examineMemory();
const { run } = await import('./run.ts');
await run(process.argv.slice(2), memory);
