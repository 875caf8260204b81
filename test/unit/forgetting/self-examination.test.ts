import { expect, test } from 'vitest';
import { SelfExamination } from '../../../src/server/forgetting/self-examination.ts';

/** Many: the collector of garbage may copy the text itself, a time or two, whenever it likes. */
const copies = 60;

test('a text that something still holds is found, with every copy of it', async () => {
  const kept: Buffer[] = [];
  const examination = await SelfExamination.plant((text) => {
    for (let copy = 0; copy < copies; copy += 1) kept.push(Buffer.from(text, 'latin1'));
    return Promise.resolve();
  });
  expect(examination.copies()).toBeGreaterThanOrEqual(copies);
  for (const copy of kept) copy.fill(0);
  expect(examination.copies()).toBeLessThan(copies / 4);
});
