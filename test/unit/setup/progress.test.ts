import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { take } from '../../../deploy/setup/progress.mjs';
import { folderWith } from './folder.ts';

/** Takes a step that runs a shell script; what was shown, and the log's name. */
async function taken(script: string): Promise<{ shown: string; log: string; error: unknown }> {
  const log = join(folderWith({}), 'log', 'step.log');
  let shown = '';
  const output = { write: (text: string) => (shown += text) };
  const work = (run: (command: string[]) => Promise<void>): Promise<void> => run(['sh', '-c', script]);
  const step = { label: 'Brewing', usual: 'about 3 minutes', log, advice: 'Add water.', work };
  const error: unknown = await take(step, '[1/2]', output).catch((reason: unknown) => reason);
  return { shown, log, error };
}

it('says what is done, how long it usually takes and how long it took', async () => {
  const { shown, error } = await taken('true');
  expect(error).toBeUndefined();
  expect(shown).toBe('[1/2] Brewing (about 3 minutes) …\n[1/2] done in 0:00\n');
});

it('keeps the output to itself, in the log', async () => {
  const { shown, log } = await taken('echo first; echo second >&2');
  expect(readFileSync(log, 'utf8')).toBe('first\nsecond\n');
  expect(shown).not.toContain('first');
});

it('ends a failed step with the last 30 lines of its log and the advice', async () => {
  const { error, log } = await taken('seq 101 150; exit 3');
  const { message } = error as Error;
  expect(message).toMatch(/^121\n122\n/);
  expect(message).toContain('150\nBrewing failed: sh ended with status 3\nAdd water.\n');
  expect(message).toContain(log);
});
