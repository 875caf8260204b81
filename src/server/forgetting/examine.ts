import { canForget } from './become-forgetful.ts';
import { exchange } from './exchange.ts';
import { scrub } from './scrub.ts';
import { SelfExamination } from './self-examination.ts';

/** `forgets`, or why not: this system or Node cannot be started so, or copies of what had ended were found all the same. */
export type Memory = 'forgets' | 'unsupported' | 'found';

/** Plants a text, scrubs, and looks for it in this process's memory (0.1 to 0.2 s): every version of Node has to show it anew. */
export async function examineMemory(): Promise<Memory> {
  if (!canForget()) return 'unsupported';
  const examination = await SelfExamination.plant(async (text) => {
    await exchange({ 'user-agent': text }, JSON.stringify({ text }), (body) => JSON.stringify(JSON.parse(body)));
  });
  await scrub();
  await scrub();
  try {
    return examination.copies() === 0 ? 'forgets' : 'found';
  } catch {
    return 'unsupported'; // the system lets no process read its own memory
  }
}
