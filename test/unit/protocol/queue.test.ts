import { expect, test } from 'vitest';
import { Queue } from '../../../src/shared/support/queue.ts';

test('one thing is done after the other, also after one that failed, and each answers for itself', async () => {
  const queue = new Queue();
  const done: number[] = [];
  const first = Promise.withResolvers<undefined>();
  const one = queue.run(async () => {
    await first.promise;
    done.push(1);
    throw new Error('one');
  });
  const two = queue.run(() => Promise.resolve(done.push(2)));
  await Promise.resolve();
  expect(done).toEqual([]);
  first.resolve(undefined);
  await expect(one).rejects.toThrow('one');
  expect(await two).toBe(2);
});
