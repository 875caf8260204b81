import { expect, test } from 'vitest';
import { SelfExamination } from '../../../src/server/forgetting/self-examination.ts';

test('a text that something still holds is found, with every copy of it', async () => {
  const kept: Buffer[] = [];
  const examination = await SelfExamination.plant((text) => {
    for (let copy = 0; copy < 3; copy += 1) kept.push(Buffer.from(text, 'latin1'));
    return Promise.resolve();
  });
  expect(examination.copies()).toBeGreaterThanOrEqual(3);
  const before = examination.copies();
  for (const copy of kept) copy.fill(0);
  expect(examination.copies()).toBeLessThanOrEqual(before - 3);
});
