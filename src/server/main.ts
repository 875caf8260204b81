import { becomeForgetful } from './forgetting/become-forgetful.ts';

/** The router's program. What it is made of is loaded only when the process is one that forgets. */
becomeForgetful();
const { run } = await import('./run.ts');
await run(process.argv.slice(2));
